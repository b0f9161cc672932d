import type { AdmissionRules } from "../board/admission.ts";
import type { RetryPolicy } from "../board/retry.ts";
import type { BoardStore } from "../store/store.ts";
import type { ProfilePolicy } from "../store/tick.ts";
import type { Config, DispatchConfig } from "../system/config.ts";

/** The retry policy of a profile, or of the board where the profile says nothing. */
export function retryPolicy(dispatch: DispatchConfig, maxRetries: number | null = null): RetryPolicy {
  return {
    maxRetries: maxRetries ?? dispatch.maxRetries,
    retryDelayMs: dispatch.retryDelayMs,
    retryDelayMaxMs: dispatch.retryDelayMaxMs,
    rateLimitDelaysMs: dispatch.rateLimitDelaysMs,
  };
}

/** What the store needs to know of each configured profile. */
export function profilePolicies(config: Config): Map<string, ProfilePolicy> {
  return new Map(
    [...config.profiles.values()].map((profile) => [
      profile.name,
      {
        name: profile.name,
        maxInProgress: profile.maxInProgress,
        maxRuntimeMs: profile.maxRuntimeMs,
        graceMs: profile.graceMs,
        retry: retryPolicy(config.dispatch, profile.maxRetries),
      },
    ]),
  );
}

/** The rules of admission as they stand: what `explain`, `status` and a tick's report hold tasks against. */
export async function readAdmissionRules(
  store: BoardStore,
  at: {
    readonly config: Config;
    readonly host: string;
    readonly nowMs: number;
    readonly usedElsewhere: number;
  },
): Promise<AdmissionRules> {
  const used = await store.countSlots(at.host);
  return {
    nowMs: at.nowMs,
    profiles: profilePolicies(at.config),
    pauses: await store.listPauses(),
    slots: {
      homeUsed: used.board + at.usedElsewhere,
      homeMax: at.config.dispatch.maxInProgress,
      boardUsed: used.board,
      boardMax: at.config.dispatch.boardMaxInProgress,
      profileUsed: used.byProfile,
    },
  };
}
