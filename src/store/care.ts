import type { By } from "./by.ts";
import type { ExportedRows, ExportOptions, ImportedRows, ImportOptions } from "./exchange.ts";
import type { BoardInspection, RecordFlaw } from "./inspection.ts";

/** The care of a whole board: what is wrong with its records, what is old, and how it is carried elsewhere. */
export interface CareStore {
  /** What does not fit together in the board's records. */
  inspect(): Promise<BoardInspection>;
  /** Repairs every flaw that `inspect` can name a change for, with an event for each run and task; what it did. */
  repairRecords(by: By): Promise<readonly RecordFlaw[]>;
  /** Events of before an instant, of tasks that are done or archived, but for those that say how it came to that. */
  measureOldEvents(beforeMs: number): Promise<{ readonly count: number; readonly sizeBytes: number }>;
  /** Removes them, at most `max`; how many. */
  removeOldEvents(beforeMs: number, max: number): Promise<number>;
  /** Worktrees of tasks that were archived before an instant, and that no process works on. */
  listArchivedWorktrees(
    beforeMs: number,
  ): Promise<readonly { readonly taskId: string; readonly path: string }[]>;
  /** Hands on every row that belongs to the chosen tasks, on one snapshot. */
  exportRows(options: ExportOptions): Promise<ExportedRows>;
  /** Writes the rows of an export in one transaction, or none. What it throws is about the row that was taken last. */
  importRows(options: ImportOptions, by: By): Promise<ImportedRows>;
  /** When those of the runs that are known ended; null for one that is open or whose processes may still be there. */
  getRunEnds(runIds: readonly number[]): Promise<ReadonlyMap<number, number | null>>;
}
