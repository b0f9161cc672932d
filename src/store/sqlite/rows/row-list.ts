import type { Connection, Value } from "../database/connection.ts";
import { RowInserts } from "./row-inserts.ts";

type Row<Column extends string> = Readonly<Record<Column, Value>>;

/**
 * A list that the statements of a transaction share, as a table of the connection's own, in memory: one statement does
 * a whole list, and reads it from there at half of what it takes to read it as JSON.
 */
export class RowList<Column extends string> {
  readonly #columns: readonly Column[];
  readonly #make: string;
  readonly #inserts: RowInserts;
  readonly #clear: string;

  /** @param name what the statements call it, as `temp.<name>`. */
  constructor(name: string, columns: readonly Column[]) {
    this.#columns = columns;
    // Without types: a value keeps the type that it is given.
    this.#make = `CREATE TEMP TABLE IF NOT EXISTS ${name} (${columns.join(", ")})`;
    this.#inserts = new RowInserts(`temp.${name}`, columns);
    this.#clear = `DELETE FROM temp.${name}`;
  }

  /** Runs statements while the table holds `rows`. A transaction that fails takes them back with all the rest. */
  with<Result>(db: Connection, rows: readonly Row<Column>[], run: () => Result): Result {
    db.make(this.#make);
    this.#inserts.insert(
      db,
      rows.map((row) => this.#columns.map((column) => row[column])),
    );
    const result = run();
    db.run(this.#clear);
    return result;
  }
}
