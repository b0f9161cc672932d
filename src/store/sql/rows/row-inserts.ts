import type { Connection, InsertPlace, Value } from "../connection.ts";
import type { Steps } from "../steps.ts";

/** Inserts rows into one table, in the order that they are given: many at a time, where there are many. */
export class RowInserts implements InsertPlace {
  readonly table: string;
  readonly columns: readonly string[];

  constructor(table: string, columns: readonly string[]) {
    this.table = table;
    this.columns = columns;
  }

  /** @param rows the values of each in the order of the columns. */
  insert(db: Connection, rows: readonly (readonly Value[])[]): Steps<void> {
    return db.insertRows(this, rows);
  }
}
