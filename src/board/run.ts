import type { RunUsage } from "./usage.ts";

/** How a run ended. `cancelled` and `interrupted` are Kanbun's own, the rest is the format's. */
export type RunOutcome =
  | "completed"
  | "blocked"
  | "scheduled"
  | "crashed"
  | "rate_limited"
  | "timed_out"
  | "stale"
  | "spawn_failed"
  | "gave_up"
  | "reclaimed"
  | "review_requested"
  | "changes_requested"
  | "cancelled"
  | "interrupted";

/** One attempt at a task: opened by a claim, closed once with an outcome. Times are Unix milliseconds. */
export interface Run {
  readonly id: number;
  readonly taskId: string;
  readonly profile: string | null;
  readonly status: string;
  readonly claimLock: string | null;
  readonly workerPid: number | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** null while the run is open. */
  readonly outcome: RunOutcome | null;
  readonly summary: string | null;
  /** The worker's JSON object as it was written. */
  readonly metadata: unknown;
  readonly error: string | null;
  /** Of a coding agent's run: what it used. null: it is none, or a foreign one. */
  readonly usage: RunUsage | null;
}

/** What a worker shows to prove that it still is the worker of this run. */
export interface RunProof {
  readonly runId: number;
  readonly token: string;
}

/** The run in whose environment this process is: that of a worker, or of what a worker has started. */
export interface OwnRun extends RunProof {
  readonly taskId: string;
}

/** A run's status column: `running` while open, then the outcome, but `done` for completed. */
export function runStatus(outcome: RunOutcome): string {
  return outcome === "completed" ? "done" : outcome;
}

/** The mark of a review's run in the format's `step_key`; the run of a task's own worker has none. */
export const reviewStep = "review";
