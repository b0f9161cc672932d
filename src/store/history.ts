import type { FlowTask } from "../board/flow.ts";
import type { Durations } from "../board/histogram.ts";
import type { RunOutcome } from "../board/run.ts";
import type { StatusChange } from "../board/status-change.ts";
import type { TaskStatus } from "../board/task.ts";

/** Of a run that is over, what is counted. */
export interface RunEnd {
  readonly id: number;
  readonly profile: string | null;
  readonly outcome: RunOutcome | null;
  /** As its agent says; null: it has not said. */
  readonly costUsd: number | null;
}

/** A run among others over time. */
export interface TimedRun {
  readonly id: number;
  readonly taskId: string;
  readonly title: string;
  /** Of the task, as it is now. */
  readonly status: string;
  readonly profile: string | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly outcome: RunOutcome | null;
  readonly isReview: boolean;
}

export interface TimedRuns {
  /** In the order in which they began. */
  readonly runs: readonly TimedRun[];
  /** Which of their tasks waits for which. */
  readonly links: readonly { readonly parentId: string; readonly childId: string }[];
  /** Earlier ones were left out. */
  readonly isCut: boolean;
}

/**
 * What a board's history says about its past. Where in it a time is, is found by the order of the ids: they grow in the order in which
 * things happened, so that no index over times is kept. A clock that was set back shifts what it wrote by as much.
 */
export interface HistoryStore {
  /** The first event of that time or later; null: there is none. */
  findEventAt(atMs: number): Promise<number | null>;
  /** Of the `max` events from this one on those that may have changed a status; `nextId` null: there are no more. */
  listStatusChanges(from: {
    readonly eventId: number;
    readonly max: number;
  }): Promise<{ readonly changes: readonly StatusChange[]; readonly nextId: number | null }>;
  /** The last of its changes before an event, of each of these tasks that has one. */
  listChangesBefore(eventId: number, taskIds: readonly string[]): Promise<readonly StatusChange[]>;
  /** How things are now, in one moment: all by status, and these tasks as far as they are there. */
  readFlowNow(taskIds: readonly string[]): Promise<{
    readonly byStatus: Readonly<Partial<Record<TaskStatus, number>>>;
    readonly tasks: ReadonlyMap<string, FlowTask>;
  }>;
  /** Of these runs those that are over. */
  listRunEnds(runIds: readonly number[]): Promise<readonly RunEnd[]>;
  /** What ran in that time, at most `max` runs: those that began last. A run that began more than `max` runs before that time is found only while it is open. */
  listRunsBetween(span: {
    readonly sinceAtMs: number;
    readonly untilAtMs: number;
    readonly max: number;
  }): Promise<TimedRuns>;
  /** How long runs, waiting and whole tasks took. @param boundsMs of the histograms, each longer than the one before */
  readDurations(boundsMs: readonly number[]): Promise<Durations>;
}
