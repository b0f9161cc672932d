import type { RowValue } from "../exchange.ts";
import type { Steps } from "./steps.ts";

export type Value = string | number | bigint | boolean | Uint8Array | null;
export type Parameters = Record<string, Value>;

/** Where rows go. */
export interface InsertPlace {
  readonly table: string;
  readonly columns: readonly string[];
}

/** A list that statements know as `temp.<name>`. */
export interface ListShape<Column extends string> {
  readonly name: string;
  readonly columns: Readonly<Record<Column, "INTEGER" | "TEXT">>;
}

export type ListRow<Column extends string> = Readonly<Record<Column, Value>>;

/** What an attempt came to, or why it was refused. */
export type Attempted<Result> = { readonly result: Result } | { readonly refusal: Error };

export interface ColumnFacts {
  readonly name: string;
  /** What stands in it where a row says nothing. */
  readonly fallback: Value;
  /** A row has to say something. */
  readonly isRequired: boolean;
}

/**
 * A database in the middle of a transaction. Statements have named parameters, and are written so that they mean the same to
 * SQLite and, with a few words put in others' place, to PostgreSQL.
 */
export interface Connection {
  /** The rows of a query. */
  all<Result>(sql: string, parameters?: Parameters): Steps<Result[]>;
  /** The first row, null when there is none. */
  get<Result>(sql: string, parameters?: Parameters): Steps<Result | null>;
  /** Runs one statement; how many rows it changed. */
  run(sql: string, parameters?: Parameters): Steps<number>;
  /** Runs a statement that changes something, of which no more is asked: it may go along with the next. */
  send(sql: string, parameters?: Parameters): Steps<void>;
  /** As `send`, of one that must change exactly so many rows: else the transaction fails, at its end at the latest, in those words. */
  sendExactly(
    sql: string,
    parameters: Parameters,
    rows: { readonly count: number; readonly otherwise: string },
  ): Steps<void>;
  /** Runs a statement that inserts one row; its number. */
  insert(sql: string, parameters: Parameters): Steps<number>;
  /** Hands on the rows of a query, one at a time: for more than memory should hold. */
  scan<Result>(sql: string, onRow: (row: Result) => void): Steps<void>;

  insertRows(into: InsertPlace, rows: readonly (readonly Value[])[]): Steps<void>;
  /** Runs steps while `temp.<name of the list>` holds `rows`. A transaction that fails takes them back with all the rest. */
  withList<Column extends string, Result>(
    list: ListShape<Column>,
    rows: readonly ListRow<Column>[],
    steps: () => Steps<Result>,
  ): Steps<Result>;

  /**
   * Runs steps of which the tables may refuse something, as a trigger of another program does: then nothing of them is kept, and
   * all else of the transaction is. On a server's board, to which no other program writes, a refusal is that of the transaction.
   */
  attempt<Result>(steps: () => Steps<Result>): Steps<Attempted<Result>>;

  /** Runs steps while `temp.chosen_tasks` holds the ids that a query finds. */
  withChosen<Result>(query: string, parameters: Parameters, steps: () => Steps<Result>): Steps<Result>;

  /**
   * The first number that no run ever had, nor any behind it: who inserts runs with them says so, in the same transaction.
   * One of another program's that Kanbun can't count on from counts for nothing.
   */
  getNextRunNumber(): Steps<number>;
  /** Rows with these numbers were inserted: no one else is given them. */
  keepNumbers(table: string, numbers: { readonly first: number; readonly last: number }): Steps<void>;
  /** The highest number that a row of the table ever had; 0 where there was none. */
  getLastNumber(table: string): Steps<number>;
  setLastNumber(table: string, number: number): Steps<void>;
  /** When this transaction is over no one can write to the board, whoever has it open: they are told `message`. */
  freeze(message: string): Steps<void>;
  thaw(): Steps<void>;
  /** Makes room in memory for a transaction that writes much. */
  expectMuch(): Steps<void>;

  /** Tells the planner of what was written: after much of it, it would plan as if nothing were there. */
  noteMuch(): Steps<void>;

  listColumns(table: string): Steps<readonly ColumnFacts[]>;
  /** Tables that are neither the format's nor ours, and have rows. */
  listUnknownTables(): Steps<readonly string[]>;
  /** A value that was read, as it leaves the board: exactly what is there. */
  toExact(
    value: Value,
    at: { readonly table: string; readonly column: string; readonly rowid: number },
  ): RowValue;
}
