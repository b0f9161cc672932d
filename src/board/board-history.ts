import type { RunOutcome } from "./run.ts";

/** A run among those of all tasks. */
export interface BoardRun {
  readonly id: number;
  readonly taskId: string;
  readonly title: string;
  readonly profile: string | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly outcome: RunOutcome | null;
}

/** What happened on a board in a span of time, in steps of equal length. */
export interface BoardHistory {
  /** Before the span; what flows is the sum from here on. */
  readonly before: Flow;
  /** Steps in which nothing happened are left out. */
  readonly steps: readonly (Flow & {
    readonly atMs: number;
    readonly runs: number;
    readonly failedRuns: number;
  })[];
  readonly profiles: readonly ProfileHistory[];
  /** Of the tasks that were finished in the span: from creation, and from the first start, to the end; at most 10,000. */
  readonly cycleMs: readonly number[];
  readonly workMs: readonly number[];
}

interface Flow {
  readonly created: number;
  /** For the first time. */
  readonly started: number;
  /** Done or cancelled. */
  readonly finished: number;
}

interface ProfileHistory {
  readonly profile: string | null;
  readonly runs: number;
  readonly completed: number;
  readonly failed: number;
  readonly durationMs: number;
  /** null: no agent has said so. */
  readonly costUsd: number | null;
}
