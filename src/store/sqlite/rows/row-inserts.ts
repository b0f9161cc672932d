import type { Connection, Value } from "../database/connection.ts";

/** Rows that go to SQLite in one statement; the rest one by one. */
const rowsAtOnce = 25;

/** Inserts rows into one table, in the order that they are given: many at a time, where there are many. */
export class RowInserts {
  readonly #one: string;
  readonly #many: string;

  constructor(table: string, columns: readonly string[]) {
    const into = `INSERT INTO ${table} (${columns.join(", ")}) VALUES`;
    const row = `(${columns.map(() => "?").join(", ")})`;
    this.#one = `${into} ${row}`;
    this.#many = `${into} ${new Array(rowsAtOnce).fill(row).join(", ")}`;
  }

  /** @param rows the values of each in the order of the columns. */
  insert(db: Connection, rows: readonly (readonly Value[])[]): void {
    let next = 0;
    for (; next + rowsAtOnce <= rows.length; next += rowsAtOnce)
      db.run(this.#many, rows.slice(next, next + rowsAtOnce).flat());
    for (; next < rows.length; next++) db.run(this.#one, rows[next] ?? []);
  }
}
