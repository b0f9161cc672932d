import type { Connection, Value } from "./connection.ts";

/** Rows that go to SQLite in one statement; the rest one by one. */
const rowsAtOnce = 50;

/**
 * A list that the statements of a transaction share, as a table of the connection's own, in memory: one statement does
 * a whole list, and reads it from there at half of what it takes to read it as JSON.
 */
export class RowList<Column extends string> {
  readonly #name: string;
  readonly #columns: readonly Column[];
  readonly #insertOne: string;
  readonly #insertMany: string;

  /** @param name what the statements call it, as `temp.<name>`. */
  constructor(name: string, columns: readonly Column[]) {
    this.#name = name;
    this.#columns = columns;
    const row = `(${columns.map(() => "?").join(", ")})`;
    this.#insertOne = `INSERT INTO temp.${name} VALUES ${row}`;
    this.#insertMany = `INSERT INTO temp.${name} VALUES ${new Array(rowsAtOnce).fill(row).join(", ")}`;
  }

  /** Runs statements while the table holds `rows`. A transaction that fails takes them back with all the rest. */
  with<Result>(db: Connection, rows: readonly Readonly<Record<Column, Value>>[], run: () => Result): Result {
    // Without types: a value keeps the type that it is given.
    db.run(`CREATE TEMP TABLE IF NOT EXISTS ${this.#name} (${this.#columns.join(", ")})`);
    this.#fill(db, rows);
    const result = run();
    db.run(`DELETE FROM temp.${this.#name}`);
    return result;
  }

  #fill(db: Connection, rows: readonly Readonly<Record<Column, Value>>[]): void {
    const values = (row: Readonly<Record<Column, Value>>) => this.#columns.map((column) => row[column]);
    let next = 0;
    for (; next + rowsAtOnce <= rows.length; next += rowsAtOnce)
      db.run(this.#insertMany, rows.slice(next, next + rowsAtOnce).flatMap(values));
    for (const row of rows.slice(next)) db.run(this.#insertOne, values(row));
  }
}
