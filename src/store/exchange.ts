import type { TaskFilter } from "./filters.ts";

/** One row of a board's table, as it leaves the board or comes to it; columns that are NULL are left out. */
export interface BoardRow {
  readonly table: string;
  readonly values: Readonly<Record<string, RowValue>>;
}

/** What JSON has no word for: bytes, a text that is no UTF-8, a number that a double can't hold. */
export type RowValue =
  | string
  | number
  | { readonly blob: string }
  | { readonly text: string }
  | { readonly integer: string }
  | { readonly real: string };

export interface ExportOptions {
  readonly filter?: Omit<TaskFilter, "sort" | "limit">;
  /** Only these tasks. */
  readonly ids?: readonly string[];
  /** Told of each row, tasks before all that belongs to them, on one snapshot; it must not wait for anybody. */
  readonly onRow: (row: BoardRow) => void;
}

export interface ExportedRows {
  readonly tasks: number;
  readonly rows: number;
  /** Links to tasks that were not chosen. */
  readonly linksLeftOut: number;
  /** Tables of other programs that have rows, and are not known. */
  readonly tablesLeftOut: readonly string[];
  /** Rows of another program's that no board could take in: left out, as is all that belongs to such a task. */
  readonly oddRows: readonly { readonly table: string; readonly row: number; readonly reason: string }[];
}

export interface ImportOptions {
  /** Taken one after another inside the transaction, so taking one must not wait. A row that can't be used ends it all. */
  readonly rows: Iterable<BoardRow>;
  /** Gives every task another id; otherwise a task whose id is taken ends it all. */
  readonly newIds: boolean;
  /** Only finds out what it would come to; nothing is kept. */
  readonly isDryRun?: boolean | undefined;
  /** Where the file of an attachment is to be, for the one whose task has this id now; null: as the row says. */
  readonly placeFile?: (attachment: { readonly taskId: string; readonly filename: string }) => string | null;
}

export interface ImportedRows {
  readonly tasks: number;
  readonly rows: number;
  /** The new ids by the old ones; empty where they were kept. */
  readonly newIds: ReadonlyMap<string, string>;
  /** Tasks that were at work when they were exported: no worker works at them here, so they wait again. */
  readonly taken: number;
  /** `table.column` that this board has not, and that some row had a value for. */
  readonly columnsLeftOut: readonly string[];
}
