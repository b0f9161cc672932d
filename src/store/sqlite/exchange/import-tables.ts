import { BoardError } from "../../../board/error.ts";
import type { Connection, Value } from "../database/connection.ts";
import { RowInserts } from "../rows/row-inserts.ts";
import { TextBytes } from "./exact-values.ts";

export type TableColumns = ReadonlyMap<string, Column>;

interface Column {
  /** What stands in it where a row says nothing. */
  readonly fallback: Value;
  /** A row has to say something. */
  readonly isRequired: boolean;
}

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

  of(name: string): TableColumns {
    return this.#table(name).columns;
  }

  /** @throws {BoardError} usage for a row without a value that its table needs */
  requireComplete(name: string, row: ReadonlyMap<string, Value>): void {
    for (const [column, { isRequired }] of this.#table(name).columns)
      if (isRequired && !row.has(column)) throw new BoardError("usage", `"${name}" has no "${column}"`);
  }

  insert(name: string, row: ReadonlyMap<string, Value>): void {
    const { columns, inserts } = this.#table(name);
    const values = [...columns].map(([column, { fallback }]) => row.get(column) ?? fallback);
    inserts.insert(this.#db, [values]);
    for (const [column, bytes] of row)
      if (bytes instanceof TextBytes)
        this.#db.run(
          `UPDATE ${name} SET ${column} = CAST(:bytes AS TEXT) WHERE rowid = last_insert_rowid()`,
          { bytes },
        );
  }

  #table(name: string): Table {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = this.#read(name);
      this.#tables.set(name, table);
    }
    return table;
  }

  #read(name: string): Table {
    const rows = this.#db.all<{ name: string; notnull: number; dflt_value: string | null; pk: number }>(
      `SELECT name, "notnull", dflt_value, pk FROM pragma_table_info('${name}')`,
    );
    const columns = new Map(
      rows.map((column) => {
        const fallback = column.notnull === 1 ? parseDefault(column.dflt_value) : null;
        const isRequired = (column.notnull === 1 && fallback === null) || column.pk > 0;
        return [column.name, { fallback, isRequired }] as const;
      }),
    );
    return { columns, inserts: new RowInserts(name, [...columns.keys()]) };
  }
}

/** A number or a text as SQL writes them, which is all that the format has. */
function parseDefault(sql: string | null): Value {
  if (sql === null) return null;
  if (/^-?\d+$/.test(sql)) return Number(sql);
  return /^'(.*)'$/.exec(sql)?.[1]?.replaceAll("''", "'") ?? null;
}
