import type { TaskStatus } from "../board/task.ts";

export interface BoardCounts {
  readonly byStatus: Readonly<Partial<Record<TaskStatus, number>>>;
  readonly byOutcome: Readonly<Record<string, number>>;
  readonly tasks: number;
  readonly runs: number;
  readonly events: number;
}

export type UsageGroup = "profile" | "task" | "day";

/** What the runs of coding agents used, as they said: what none of them said is null. */
export interface UsageSum {
  /** The profile, the task, or the local day. */
  readonly name: string;
  readonly runs: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costUsd: number | null;
}

export interface Assignee {
  readonly name: string;
  readonly byStatus: Readonly<Partial<Record<TaskStatus, number>>>;
}
