import type { Connection, ListRow, ListShape } from "../connection.ts";
import type { Steps } from "../steps.ts";

/**
 * A list that the statements of a transaction share, as a table of its own: one statement does a whole list. Only while they
 * run it is there, under `temp.<name>`.
 */
export class RowList<Column extends string> implements ListShape<Column> {
  readonly name: string;
  readonly columns: Readonly<Record<Column, "INTEGER" | "TEXT">>;

  constructor(name: string, columns: Readonly<Record<Column, "INTEGER" | "TEXT">>) {
    this.name = name;
    this.columns = columns;
  }

  with<Result>(db: Connection, rows: readonly ListRow<Column>[], steps: () => Steps<Result>): Steps<Result> {
    return db.withList(this, rows, steps);
  }
}
