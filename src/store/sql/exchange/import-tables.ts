import { BoardError } from "../../../board/error.ts";
import type { ColumnFacts, Connection, Value } from "../connection.ts";
import { RowInserts } from "../rows/row-inserts.ts";
import type { Steps } from "../steps.ts";

export type TableColumns = ReadonlyMap<string, ColumnFacts>;

interface Table {
  readonly columns: TableColumns;
  readonly inserts: RowInserts;
}

/** The tables of a board, to write whole rows into. */
export class ImportTables {
  readonly #db: Connection;
  readonly #tables = new Map<string, Table>();

  constructor(db: Connection) {
    this.#db = db;
  }

  *of(name: string): Steps<TableColumns> {
    return (yield* this.#table(name)).columns;
  }

  /** @throws {BoardError} usage for a row without a value that its table needs */
  *requireComplete(name: string, row: ReadonlyMap<string, Value>): Steps<void> {
    for (const [column, { isRequired }] of (yield* this.#table(name)).columns)
      if (isRequired && !row.has(column)) throw new BoardError("usage", `"${name}" has no "${column}"`);
  }

  *insert(name: string, row: ReadonlyMap<string, Value>): Steps<void> {
    const { columns, inserts } = yield* this.#table(name);
    const values = [...columns].map(([column, { fallback }]) => row.get(column) ?? fallback);
    yield* inserts.insert(this.#db, [values]);
  }

  *#table(name: string): Steps<Table> {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = yield* this.#read(name);
      this.#tables.set(name, table);
    }
    return table;
  }

  *#read(name: string): Steps<Table> {
    const facts = yield* this.#db.listColumns(name);
    const columns = new Map(facts.map((column) => [column.name, column]));
    return { columns, inserts: new RowInserts(name, [...columns.keys()]) };
  }
}
