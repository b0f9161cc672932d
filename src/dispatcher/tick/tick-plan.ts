import type { ProcessMark } from "../../board/claim.ts";
import { workerLeaseMs } from "../../board/claim.ts";
import type { Instant } from "../../board/sighting.ts";
import type { ClaimHost, ClaimPlan, TickPlan, TickWrites } from "../../store/tick.ts";
import type { Config } from "../../system/config/config.ts";
import type { SlotCount } from "./home-slots.ts";
import type { Findings } from "./look.ts";
import { hostTraits, profilePolicies, retryPolicy } from "./policies.ts";
import type { TickOptions } from "./tick-options.ts";

export const nothingWritten: TickWrites = { closed: [], promoted: [], repeats: [], claimed: [], refused: [] };

/** Whether the tables refused something of that run: then nothing of it was written. */
export function isRefused({ runId }: { readonly runId: number }, { refused }: TickWrites): boolean {
  return refused.some((one) => one.runId === runId);
}

/** Whether what was found calls for a write. */
export function changesBoard(findings: Findings): boolean {
  const { closings, stops, renewals, adopted, freed } = findings;
  return closings.length + stops.length + renewals.length + adopted.length + freed.length > 0;
}

/** What a tick wants written, all of it in one transaction. */
export function makePlan(parts: {
  readonly findings: Findings;
  readonly host: ClaimHost;
  /** The board's folder of scratch workspaces. */
  readonly workspaces: string;
  readonly foundScratch: TickPlan["foundScratch"];
  readonly removedScratch: TickPlan["removedScratch"];
  readonly logs: NonNullable<TickPlan["logs"]>;
  readonly config: Config;
  readonly at: Instant;
  readonly options: Pick<TickOptions, "max" | "reconcile">;
  /** null: claim nothing. */
  readonly slots: SlotCount | null;
  readonly spentElsewhere?: TickPlan["spentElsewhere"];
  /** Whose end may have ended its workers as well; null: no one's. */
  readonly dispatcher: ProcessMark | null;
  readonly givesWay: boolean;
}): TickPlan {
  const { workspaces, findings, foundScratch, removedScratch, config, at, options, slots, spentElsewhere } =
    parts;
  const claims: ClaimPlan | null = slots && {
    host: { ...parts.host, dispatcher: parts.dispatcher },
    traits: hostTraits(parts.host, config),
    max: options.max ?? Number.MAX_SAFE_INTEGER,
    homeMax: config.dispatch.maxInProgress,
    boardMax: config.dispatch.boardMaxInProgress,
    elsewhere: slots.elsewhere,
    workspaces,
  };
  return {
    ...at,
    ...findings,
    foundScratch,
    removedScratch,
    logs: parts.logs,
    ...(spentElsewhere === undefined ? {} : { spentElsewhere }),
    random: Math.random,
    policies: profilePolicies(config),
    defaultRetry: retryPolicy(config.dispatch),
    leaseMs: workerLeaseMs(config.dispatch.leaseMs),
    reconcile: options.reconcile ?? false,
    // Who starts nothing makes nothing that is to start: the time is made up by the next tick that does.
    makesRepeats: options.max !== 0,
    claims,
    givesWay: parts.givesWay,
  };
}
