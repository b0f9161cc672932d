import type { Hold } from "../../board/hold.ts";
import type { Pace } from "../../board/overview.ts";
import type { Question } from "../../board/question.ts";
import type { ListedTask, TaskStatus } from "../../board/task.ts";

/** A home at a glance, as a screen that is left open shows it: all is counted, few are named. */
export interface Overview {
  readonly home: string;
  readonly atMs: number;
  readonly boards: readonly BoardState[];
  readonly slots: { readonly used: number; readonly max: number };
  /** What only a person can settle: questions first, then reviews, what is blocked, and triage. */
  readonly needsYou: Part;
  /** The longest at work first. */
  readonly running: Part;
  /** In the order of work; then what is due later; then what waits for other tasks. */
  readonly next: Part;
  /** The latest first. */
  readonly done: Part;
  readonly pace: Pace;
  /** The repeat whose task is made next, on any board; null: none is. */
  readonly nextRepeat: { readonly board: string; readonly title: string; readonly nextAtMs: number } | null;
  /** Those that make no task any more. */
  readonly stoppedRepeats: readonly { readonly board: string; readonly id: number; readonly title: string }[];
}

export interface BoardState {
  readonly slug: string;
  readonly byStatus: Readonly<Partial<Record<TaskStatus, number>>>;
  readonly isPaused: boolean;
  /** The process that stays on the board, or is at it just now; null: none is. */
  readonly dispatcherPid: number | null;
  /** Other homes that are alive and dispatch it, by their machines; none of a board that is a file. */
  readonly otherHosts: readonly string[];
  /** What keeps it from being read, or anything on it from being started; null: nothing. */
  readonly problem: string | null;
}

/** Some of many tasks: `count` is that of all. */
export interface Part {
  readonly count: number;
  readonly tasks: readonly OverviewTask[];
}

export interface OverviewTask {
  readonly board: string;
  readonly task: ListedTask;
  /** null of one that is done. */
  readonly hold: Hold | null;
  /** What it waits to be told. */
  readonly question: Question | null;
  /** When its run began; of one that is not running, and was not done lately: null. */
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** Since when it needs a person; null of one that doesn't. */
  readonly needsYouSinceAtMs: number | null;
  /** The last line that its run wrote; "" where there is none. Only of a running task. */
  readonly lastLine: string;
}

export function isSameTask(
  one: Pick<OverviewTask, "board" | "task">,
  other: Pick<OverviewTask, "board" | "task">,
): boolean {
  return one.board === other.board && one.task.id === other.task.id;
}
