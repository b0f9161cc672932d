import type { ListedTask, TaskStatus } from "./task.ts";

/** What is asked of a board at a glance. */
export interface OverviewQuestion {
  readonly nowMs: number;
  /** How many tasks of each part are named. */
  readonly limit: number;
  /** Only tasks whose id, title or assignee has this in it, in either case; null: all. */
  readonly match: string | null;
}

/** A few tasks of many. */
export interface FirstTasks {
  readonly count: number;
  readonly first: readonly ListedTask[];
}

/** A board at a glance: how many tasks there are of each part, and the first few of them. */
export interface BoardOverview {
  readonly byStatus: Readonly<Partial<Record<TaskStatus, number>>>;
  /** What only a person can settle: open questions first, then reviews, what is blocked, and triage. */
  readonly needsYou: { readonly count: number; readonly first: readonly NeedingTask[] };
  /** The longest at work first. */
  readonly running: { readonly count: number; readonly first: readonly RunningTask[] };
  /** In the order of work; then what is due later, the soonest first; then what waits for other tasks. */
  readonly next: FirstTasks;
  /** What was completed last, the latest first: of the board's last 1,000 runs. */
  readonly done: readonly DoneTask[];
  readonly pace: Pace;
}

interface NeedingTask {
  readonly task: ListedTask;
  /** When it came to need a person, to the second. */
  readonly sinceMs: number;
}

interface RunningTask {
  readonly task: ListedTask;
  /** Of the run that it is in. */
  readonly startedAtMs: number | null;
}

export interface DoneTask {
  readonly task: ListedTask;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** How many runs completed a task since `sinceMs`: ten minutes ago, or when the first of them began. */
export interface Pace {
  readonly completed: number;
  readonly sinceAtMs: number;
}

/** Over which time a pace is taken. */
export const paceMs = 600_000;
