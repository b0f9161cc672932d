import type { Returns } from "../board/retry.ts";

export interface BoardInspection {
  readonly newestEventAtMs: number | null;
  readonly flaws: readonly RecordFlaw[];
  /** Tasks that wait though nothing is in their way. */
  readonly strandedTasks: readonly string[];
  /** Tasks that wait for themselves, the first few, each with the parent by which it does: only another program links so. */
  readonly circles: readonly { readonly taskId: string; readonly parentId: string }[];
  /** Tasks whose rows hold what Kanbun can't use, and are not over: how many, and the first few. */
  readonly oddRows: {
    readonly count: number;
    readonly first: readonly { readonly taskId: string; readonly oddity: string }[];
  };
  /** Tasks that came back without a failure twice in a row or more, the most often first. */
  readonly returning: readonly ReturningTask[];
}

export interface ReturningTask extends Returns {
  readonly taskId: string;
  readonly title: string;
  /** What was said of it the last time. */
  readonly error: string | null;
}

/** Records that contradict each other, which no move of ours leaves behind. */
export interface RecordFlaw {
  readonly kind:
    | "unclaimed_run"
    | "second_open_run"
    | "live_without_run"
    | "dangling_run"
    | "running_unclaimed"
    | "counter"
    | "number";
  readonly taskId: string;
  readonly runId: number | null;
  readonly detail: string;
  /** What repairing it changes; null where that is not for the records alone to decide. */
  readonly repair: string | null;
}

/** What can be said of a board's database as a file, and done to it. No board of that file is open here meanwhile. */
export interface DatabaseCare {
  readonly engine: { readonly version: string; readonly versionMin: string; readonly isSafe: boolean };
  /** What a person can do where nothing can be computed anew. */
  readonly salvage: string;
  /** Changes no byte. @throws {BoardError} when it cannot even be opened. */
  examine(path: string): DatabaseHealth;
  /**
   * Computes indexes anew from their tables: kept only if the whole database is sound afterwards.
   * @throws {BoardError} damaged when it is not; then nothing was changed.
   */
  rebuildIndexes(path: string, indexes: readonly string[]): void;
  /** Makes tables, columns and indexes again that a board of this version lacks, empty. */
  addMissing(path: string): void;
}

export interface DatabaseHealth {
  readonly journalMode: string;
  /** `indexes`: all that is damaged can be computed anew; `tables`: it cannot. */
  readonly damage: "none" | "indexes" | "tables";
  /** The damaged ones, as far as they are named. */
  readonly indexes: readonly string[];
  /** The database's own words, the first hundred. */
  readonly lines: readonly string[];
  /** Of a sound database; else none is known. */
  readonly tables: readonly TableFlaw[];
}

/** Where the tables of a board are not as Kanbun made them. */
export interface TableFlaw {
  readonly detail: string;
  /** What can be added again; null: it is not ours to change. */
  readonly add: string | null;
  /** What it keeps the board from; `nothing`: it is slower, or may be as someone wants it. */
  readonly keepsFrom: "nothing" | "writing" | "reading";
}
