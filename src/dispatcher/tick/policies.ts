import type { AdmissionRules, Elsewhere } from "../../board/admission.ts";
import type { LiveRun } from "../../board/claim.ts";
import { homeOfHost } from "../../board/host.ts";
import type { HostTraits } from "../../board/placement.ts";
import type { RetryPolicy } from "../../board/retry-policy.ts";
import { makeSlots, type SlotPlace } from "../../board/slots.ts";
import { dayStartMs } from "../../board/usage.ts";
import type { BoardStore } from "../../store/store.ts";
import type { ProfilePolicy } from "../../store/tick.ts";
import type { Config, DispatchConfig } from "../../system/config/config.ts";
import { noSpending, type Spending } from "./other-boards.ts";

/** The retry policy of a profile, or of the board where the profile says nothing. */
export function retryPolicy(dispatch: DispatchConfig, maxRetries: number | null = null): RetryPolicy {
  return {
    maxRetries: maxRetries ?? dispatch.maxRetries,
    retryDelayMs: dispatch.retryDelayMs,
    retryDelayMaxMs: dispatch.retryDelayMaxMs,
    rateLimitDelaysMs: dispatch.rateLimitDelaysMs,
  };
}

/** What this home has that a task may ask for. */
export function hostTraits({ host, hostname }: SlotPlace["host"], config: Config): HostTraits {
  const id = homeOfHost({ host });
  return { names: id === "" ? [hostname] : [hostname, id], labels: config.host.labels };
}

/** What the store needs to know of each configured profile. */
export function profilePolicies(config: Config): Map<string, ProfilePolicy> {
  return new Map(
    [...config.profiles.values()].map((profile) => [
      profile.name,
      {
        name: profile.name,
        maxInProgress: profile.maxInProgress,
        fault: profile.fault?.message ?? null,
        maxRuntimeMs: profile.maxRuntimeMs,
        graceMs: profile.graceMs,
        dayBudgetUsd: profile.budget.dayUsd,
        retry: retryPolicy(config.dispatch, profile.maxRetries),
      },
    ]),
  );
}

/** Of runs that have said what they cost, the profiles that have a budget of a day, and from when on that counts. */
export function listBudgeted(
  usages: readonly { readonly run: Pick<LiveRun, "profile"> }[],
  config: Config,
  nowMs: number,
): Spending {
  const names = new Set(usages.map(({ run }) => run.profile ?? ""));
  const profiles = [...names].filter((name) => config.profiles.get(name)?.budget.dayUsd != null);
  // A day begins where the time zone says so, and to load those takes a resident 3 MB.
  return profiles.length === 0 ? noSpending : { profiles, sinceMs: dayStartMs(nowMs) };
}

/** The rules of admission as they are: what `explain`, `status` and a tick's report hold tasks against. */
export async function readAdmissionRules(
  store: BoardStore,
  at: {
    readonly config: Config;
    readonly host: SlotPlace["host"];
    readonly nowMs: number;
    readonly elsewhere: Elsewhere;
    readonly slotsHolder?: string | null;
  },
): Promise<AdmissionRules> {
  const { config, elsewhere, slotsHolder = null } = at;
  const { maxInProgress: homeMax, boardMaxInProgress: boardMax } = config.dispatch;
  return {
    nowMs: at.nowMs,
    profiles: profilePolicies(config),
    pauses: [...(await store.listPauses()), ...elsewhere.pauses],
    slots: makeSlots(await store.countSlots(at), elsewhere, { homeMax, boardMax }),
    traits: hostTraits(at.host, config),
    slotsHolder,
    configFault: config.fault?.message ?? null,
  };
}
