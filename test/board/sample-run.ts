import type { LiveRun } from "../../src/board/claim.ts";
import type { Instant, Sighting, SupervisionRules } from "../../src/board/sighting.ts";
import type { Judgement } from "../../src/board/supervision.ts";
import { judge } from "../../src/board/supervision.ts";

/** A minute after the claim, by both clocks. */
export const at: Instant = { nowMs: 1_700_000_060_000, monotonicMs: 560_000 };

/** A worker's open run, claimed a minute ago with a lease of 15 minutes. */
export function sampleRun(parts: Partial<LiveRun> = {}): LiveRun {
  return {
    runId: 7,
    taskId: "t_00000001",
    holder: "worker",
    token: "secret",
    profile: "shell",
    host: "machine/1",
    bootId: "boot-1",
    process: { pid: 100, startTime: "5" },
    dispatcher: { pid: 90, startTime: "4" },
    claimedAtMs: at.nowMs - 60_000,
    claimedAtMonotonicMs: at.monotonicMs - 60_000,
    claimExpiresAtMs: at.nowMs + 840_000,
    lastHeartbeatAtMs: null,
    lastHeartbeatAtMonotonicMs: null,
    maxRuntimeMs: null,
    graceMs: 10_000,
    isOpen: true,
    endedAtMs: null,
    endedAtMonotonicMs: null,
    outcome: null,
    taskStatus: "running",
    stop: null,
    ...parts,
  };
}

/** A worker that is at work here. */
function sighting(parts: Partial<Sighting> = {}): Sighting {
  return {
    where: "here",
    start: "won",
    exit: null,
    exitAtMs: null,
    leader: "alive",
    tree: "alive",
    dispatcher: "alive",
    logTail: "",
    hasBegun: true,
    flaw: null,
    survivedKill: false,
    ...parts,
  };
}

/** What is seen when all of it is over. */
export const gone = { leader: "dead", tree: "dead" } as const;

const rules: SupervisionRules = {
  completes: "on-exit",
  staleAfterMs: null,
  leaseMs: 900_000,
  launchGraceMs: 10_000,
};

export interface Case {
  readonly run?: Partial<LiveRun>;
  readonly seen?: Partial<Sighting>;
  readonly rules?: Partial<SupervisionRules>;
  readonly at?: Partial<Instant>;
}

/** The judgement of a case, given by what differs from a healthy worker. */
export function judgeCase(one: Case): Judgement {
  return judge(sampleRun(one.run), sighting(one.seen), { ...rules, ...one.rules }, { ...at, ...one.at });
}

/** A judgement in a word or two: what a table compares. */
export function inWords(judgement: Judgement): string {
  switch (judgement.do) {
    case "wait":
      return `wait: ${judgement.why}`;
    case "request_stop":
      return `stop: ${judgement.reason}`;
    case "signal":
      return judgement.signal === "SIGKILL" && judgement.why === "unkillable"
        ? "SIGKILL: unkillable"
        : judgement.signal;
    case "close": {
      const { outcome, protocolViolation } = judgement.ending;
      const what = protocolViolation ? "protocol violation" : outcome;
      return `close: ${what}${judgement.treeGone ? "" : ", tree left"}`;
    }
    default:
      return judgement.do;
  }
}
