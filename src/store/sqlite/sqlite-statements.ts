import { BoardError } from "../../board/error.ts";
import type { RowValue } from "../exchange.ts";
import type {
  Attempted,
  ColumnFacts,
  InsertPlace,
  ListRow,
  ListShape,
  Connection as Statements,
  Value,
} from "../sql/connection.ts";
import { TextBytes } from "../sql/exchange/exact-values.ts";
import { numberMax } from "../sql/exchange/odd-rows.ts";
import { formatTables } from "../sql/schema/format-schema.ts";
import { ownTables } from "../sql/schema/schema.ts";
import { Done, type Steps, takeAtOnce } from "../sql/steps.ts";
import type { Connection, Parameters } from "./database/connection.ts";
import { readExact } from "./database/exact-values.ts";
import { frozenMark, frozenPrefix } from "./database/frozen-mark.ts";

/** Rows that go to SQLite in one statement; the rest one by one. */
const rowsAtOnce = 25;
/** Enough for the leaves of every index of a board of several hundred thousand tasks. */
const muchCacheKiB = 64 * 1024;

/** Statements whose results are there at once. */
export class SqliteStatements implements Statements {
  readonly #db: Connection;

  constructor(db: Connection) {
    this.#db = db;
  }

  all<Result>(sql: string, parameters?: Parameters): Steps<Result[]> {
    return new Done(this.#db.all<Result>(sql, parameters));
  }

  get<Result>(sql: string, parameters?: Parameters): Steps<Result | null> {
    return new Done(this.#db.get<Result>(sql, parameters));
  }

  run(sql: string, parameters?: Parameters): Steps<number> {
    return new Done(this.#db.run(sql, parameters));
  }

  send(sql: string, parameters?: Parameters): Steps<void> {
    this.#db.run(sql, parameters);
    return done;
  }

  sendExactly(
    sql: string,
    parameters: Parameters,
    { count, otherwise }: { readonly count: number; readonly otherwise: string },
  ): Steps<void> {
    if (this.#db.run(sql, parameters) !== count) throw new BoardError("unsupported", otherwise);
    return done;
  }

  insert(sql: string, parameters: Parameters): Steps<number> {
    return new Done(this.#db.insert(sql, parameters));
  }

  scan<Result>(sql: string, onRow: (row: Result) => void): Steps<void> {
    for (const row of this.#db.each<Result>(sql)) onRow(row);
    return done;
  }

  insertRows(into: InsertPlace, rows: readonly (readonly Value[])[]): Steps<void> {
    const { one, many } = insertsOf(into);
    let next = 0;
    for (; next + rowsAtOnce <= rows.length; next += rowsAtOnce)
      this.#db.run(many, rows.slice(next, next + rowsAtOnce).flat());
    for (const row of rows.slice(next))
      this.#db.run(row.some(isTextBytes) ? insertOf(into, [row.map(placeOf)]) : one, row);
    return done;
  }

  /** As a table of the connection's own, in memory: it is read from there at half of what it takes to read it as JSON. */
  *withList<Column extends string, Result>(
    list: ListShape<Column>,
    rows: readonly ListRow<Column>[],
    steps: () => Steps<Result>,
  ): Steps<Result> {
    const { columns, make, inserts, clear } = tableOf(list);
    this.#db.make(make);
    yield* this.insertRows(
      inserts,
      rows.map((row) => columns.map((column) => row[column as Column])),
    );
    const result = yield* steps();
    this.#db.run(clear);
    return result;
  }

  attempt<Result>(steps: () => Steps<Result>): Steps<Attempted<Result>> {
    return new Done(this.#db.attempt(() => takeAtOnce(steps())));
  }

  *withChosen<Result>(query: string, parameters: Parameters, steps: () => Steps<Result>): Steps<Result> {
    this.#db.run("CREATE TEMP TABLE IF NOT EXISTS chosen_tasks (id TEXT PRIMARY KEY)");
    this.#db.run("DELETE FROM temp.chosen_tasks");
    this.#db.run(`INSERT INTO temp.chosen_tasks ${query}`, parameters);
    return yield* steps();
  }

  getNextRunNumber(): Steps<number> {
    const row = this.#db.get<{ id: number }>(selectLastRun);
    return new Done((row?.id ?? 0) + 1);
  }

  /** The rows themselves have moved the number on. */
  keepNumbers(): Steps<void> {
    return done;
  }

  getLastNumber(table: string): Steps<number> {
    const row = this.#db.get<{ n: number }>("SELECT seq AS n FROM sqlite_sequence WHERE name = :table", {
      table,
    });
    return new Done(row?.n ?? 0);
  }

  setLastNumber(table: string, number: number): Steps<void> {
    const row = { table, number };
    if (this.#db.run("UPDATE sqlite_sequence SET seq = :number WHERE name = :table", row) === 0 && number > 0)
      this.#db.run("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :number)", row);
    return done;
  }

  /** By triggers: they bind every connection of every program from its next statement on. */
  freeze(message: string): Steps<void> {
    const says = `${frozenMark}${message}`.replaceAll("'", "''");
    for (const table of this.#listFreezable())
      for (const verb of ["INSERT", "UPDATE", "DELETE"])
        this.#db.run(
          `CREATE TRIGGER IF NOT EXISTS "${frozenPrefix}${verb}_${table}" BEFORE ${verb} ON "${table}" BEGIN SELECT RAISE(ABORT, '${says}'); END`,
        );
    return done;
  }

  thaw(): Steps<void> {
    const triggers = this.#db.all<{ name: string }>(
      `SELECT name FROM main.sqlite_master WHERE type = 'trigger' AND substr(name, 1, ${frozenPrefix.length}) = '${frozenPrefix}'`,
    );
    for (const { name } of triggers) this.#db.run(`DROP TRIGGER "${name.replaceAll('"', '""')}"`);
    return done;
  }

  /** All that is not about the file itself, or about where the board is. */
  #listFreezable(): string[] {
    return this.#db
      .all<{ name: string }>(
        `SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
           AND name NOT IN ('kanbun_meta', 'kanbun_relocations')`,
      )
      .map(({ name }) => name.replaceAll('"', '""'));
  }

  /** Ids are random: pages that do not fit into the cache are written to the log again and again. */
  expectMuch(): Steps<void> {
    this.#db.run(`PRAGMA cache_size = -${muchCacheKiB}`);
    return done;
  }

  /** Its plans are those of the indexes, and rest on no numbers. */
  noteMuch(): Steps<void> {
    return done;
  }

  listColumns(table: string): Steps<readonly ColumnFacts[]> {
    const rows = this.#db.all<{ name: string; notnull: number; dflt_value: string | null; pk: number }>(
      `SELECT name, "notnull", dflt_value, pk FROM pragma_table_info('${table}')`,
    );
    return new Done(
      rows.map((column) => {
        const fallback = column.notnull === 1 ? parseDefault(column.dflt_value) : null;
        return {
          name: column.name,
          fallback,
          isRequired: (column.notnull === 1 && fallback === null) || column.pk > 0,
        };
      }),
    );
  }

  listUnknownTables(): Steps<readonly string[]> {
    const known = [...Object.keys(formatTables), ...Object.keys(ownTables)];
    const found = this.#db
      .all<{ name: string }>(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
      )
      .map((table) => table.name)
      .filter((name) => !known.includes(name) && !name.startsWith("kanbun_") && this.#hasRows(name));
    return new Done(found);
  }

  toExact(value: Value, at: { table: string; column: string; rowid: number }): RowValue {
    return readExact(this.#db, value, at);
  }

  #hasRows(table: string): boolean {
    return this.#db.get(`SELECT 1 FROM main."${table.replaceAll('"', '""')}" LIMIT 1`) !== null;
  }
}

const done = new Done<void>(undefined);

/** The records too: in a file that was salvaged there may be one of a run that was lost. */
const selectLastRun = `SELECT max(
  coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = 'task_runs' AND seq <= ${numberMax}), 0),
  coalesce((SELECT max(id) FROM task_runs WHERE id <= ${numberMax}), 0),
  coalesce((SELECT max(run_id) FROM kanbun_runs WHERE run_id <= ${numberMax}), 0)) AS id`;

const inserts = new WeakMap<InsertPlace, { readonly one: string; readonly many: string }>();

function insertsOf(into: InsertPlace): { readonly one: string; readonly many: string } {
  let texts = inserts.get(into);
  if (texts === undefined) {
    const row = into.columns.map(() => "?");
    texts = { one: insertOf(into, [row]), many: insertOf(into, new Array(rowsAtOnce).fill(row)) };
    inserts.set(into, texts);
  }
  return texts;
}

function insertOf({ table, columns }: InsertPlace, rows: readonly (readonly string[])[]): string {
  return `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${rows.map((row) => `(${row.join(", ")})`).join(", ")}`;
}

function isTextBytes(value: Value): boolean {
  return value instanceof TextBytes;
}

function placeOf(value: Value): string {
  return isTextBytes(value) ? "CAST(? AS TEXT)" : "?";
}

interface ListTable {
  readonly columns: readonly string[];
  readonly make: string;
  readonly inserts: InsertPlace;
  readonly clear: string;
}

const tables = new WeakMap<object, ListTable>();

function tableOf(list: ListShape<string>): ListTable {
  let table = tables.get(list);
  if (table === undefined) {
    const columns = Object.keys(list.columns);
    table = {
      columns,
      // Without types: a value keeps the type that it is given.
      make: `CREATE TEMP TABLE IF NOT EXISTS ${list.name} (${columns.join(", ")})`,
      inserts: { table: `temp.${list.name}`, columns },
      clear: `DELETE FROM temp.${list.name}`,
    };
    tables.set(list, table);
  }
  return table;
}

/** A number or a text as SQL writes them, which is all that the format has. */
function parseDefault(sql: string | null): Value {
  if (sql === null) return null;
  if (/^-?\d+$/.test(sql)) return Number(sql);
  return /^'(.*)'$/.exec(sql)?.[1]?.replaceAll("''", "'") ?? null;
}
