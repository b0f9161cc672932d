import type { RowValue } from "../exchange.ts";
import type {
  ColumnFacts,
  Connection,
  InsertPlace,
  ListRow,
  ListShape,
  Parameters,
  Value,
} from "../sql/connection.ts";
import { Done, type Steps } from "../sql/steps.ts";
import { bind, translate } from "./dialect.ts";
import { tables } from "./schema.ts";
import type { Answer, Session } from "./server.ts";

/** Rows that are read or written together. */
const rowsAtOnce = 1_000;
/** Of a table with no more of them nothing is told to the planner. */
const fewRows = 500;

interface List {
  /** A table in a statement, of which the parameters are named. */
  readonly sql: string;
  readonly parameters: Parameters;
}

/** Statements in one transaction of a session, each of which is waited for. */
export class PostgresStatements implements Connection {
  readonly #session: Session;
  readonly #board: number;
  readonly #lists = new Map<string, List>();
  /** Rows that are still to be written, before anything else is asked: many of one table, one after the other, go together. */
  #waiting: { readonly into: InsertPlace; readonly rows: (readonly Value[])[] } | null = null;
  #scans = 0;
  #hasWritten = false;

  constructor(session: Session, board: number) {
    this.#session = session;
    this.#board = board;
  }

  /** Whether a statement has changed something. */
  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  *all<Result>(sql: string, parameters: Parameters = {}): Steps<Result[]> {
    return (yield* this.#take(sql, parameters)).rows as Result[];
  }

  *get<Result>(sql: string, parameters: Parameters = {}): Steps<Result | null> {
    return ((yield* this.#take(sql, parameters)).rows[0] as Result | undefined) ?? null;
  }

  *run(sql: string, parameters: Parameters = {}): Steps<number> {
    return (yield* this.#take(sql, parameters)).count;
  }

  *insert(sql: string, parameters: Parameters): Steps<number> {
    const { rows } = yield* this.#take(`${sql} RETURNING id`, parameters);
    return Number(rows[0]?.id);
  }

  *scan<Result>(sql: string, onRow: (row: Result) => void): Steps<void> {
    this.#scans += 1;
    const name = `scan_${this.#scans}`;
    const { text, values } = this.#bind(sql, {});
    yield* this.#ask(`DECLARE ${name} NO SCROLL CURSOR FOR ${text}`, values);
    for (;;) {
      const { rows } = yield* this.#ask(`FETCH ${rowsAtOnce} FROM ${name}`);
      for (const row of rows) onRow(row as Result);
      if (rows.length < rowsAtOnce) break;
    }
    yield* this.#ask(`CLOSE ${name}`);
  }

  *insertRows(into: InsertPlace, rows: readonly (readonly Value[])[]): Steps<void> {
    if (rows.length === 0) return;
    this.#hasWritten = true;
    if (this.#waiting?.into !== into) {
      yield* this.flush();
      this.#waiting = { into, rows: [] };
    }
    this.#waiting?.rows.push(...rows);
    if ((this.#waiting?.rows.length ?? 0) >= rowsAtOnce) yield* this.flush();
  }

  /** Writes what waits: all of it in one statement, as one value. */
  *flush(): Steps<void> {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#waiting = null;
    const {
      into: { table, columns },
      rows,
    } = waiting;
    const known = tables.get(table);
    const types = columns.map((name) => `${name} ${known?.columns.find((one) => one.name === name)?.type}`);
    const objects = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null])));
    const names = columns.join(", ");
    yield* this.#ask(
      `INSERT INTO ${table} (${names}) SELECT ${names} FROM json_to_recordset($1::text::json) AS r(${types.join(", ")})`,
      [toJson(objects)],
    );
    const at = columns.indexOf("id");
    if (known?.isNumbered && at !== -1)
      yield* this.#moveOn(table, Math.max(...rows.map((row) => Number(row[at]))));
  }

  *withList<Column extends string, Result>(
    list: ListShape<Column>,
    rows: readonly ListRow<Column>[],
    steps: () => Steps<Result>,
  ): Steps<Result> {
    const types = { INTEGER: "bigint", TEXT: 'text COLLATE "C"' } as const;
    const columns = Object.entries<"INTEGER" | "TEXT">(list.columns).map(
      ([name, type]) => `${name} ${types[type]}`,
    );
    const name = `list_${list.name}`;
    // With a limit the planner takes it for a short one, and looks at an index for each instead of reading the whole board.
    const sql = `(SELECT * FROM json_to_recordset(:${name}::text::json) AS r(${columns.join(", ")}) LIMIT :${name}_count)`;
    const parameters = { [name]: toJson(rows), [`${name}_count`]: rows.length };
    return yield* this.#while(list.name, { sql, parameters }, steps);
  }

  /** The query itself: on one snapshot it finds the same each time. */
  withChosen<Result>(query: string, parameters: Parameters, steps: () => Steps<Result>): Steps<Result> {
    return this.#while("chosen_tasks", { sql: `(${query})`, parameters }, steps);
  }

  *takeNumbers(table: string, count: number): Steps<number> {
    this.#hasWritten = true;
    const sequence = this.#sequenceOf(table);
    const { rows } = yield* this.#ask(
      `SELECT setval('${sequence}', nextval('${sequence}') + $1::bigint - 1) AS last`,
      [count],
    );
    return Number(rows[0]?.last) - count + 1;
  }

  *getLastNumber(table: string): Steps<number> {
    const { rows } = yield* this.#ask(
      `SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS last FROM ${this.#sequenceOf(table)}`,
    );
    return Number(rows[0]?.last ?? 0);
  }

  *setLastNumber(table: string, number: number): Steps<void> {
    yield* this.#ask("SELECT setval($1::regclass, $2::bigint, $3::boolean)", [
      this.#sequenceOf(table),
      Math.max(number, 1),
      number > 0,
    ]);
  }

  /** By a trigger of the row that each transaction which has written counts up last: see `schemaFunctions`. */
  *freeze(message: string): Steps<void> {
    this.#hasWritten = true;
    yield* this.#ask(
      "UPDATE boards SET frozen = $1::text, frozen_in = pg_current_xact_id() WHERE id = $2::integer",
      [message, this.#board],
    );
  }

  *thaw(): Steps<void> {
    this.#hasWritten = true;
    yield* this.#ask("UPDATE boards SET frozen = NULL WHERE id = $1::integer", [this.#board]);
  }

  expectMuch(): Steps<void> {
    return new Done(undefined);
  }

  /** Only of tables that have some rows: one that was seen empty would be thought to be so while it fills, and be read as a whole. */
  *noteMuch(): Steps<void> {
    const found = [...tables.keys()].map(
      (name) => `(SELECT 'all_${name}' AS name FROM all_${name} OFFSET ${fewRows} LIMIT 1)`,
    );
    const { rows } = yield* this.#ask(found.join(" UNION ALL "));
    if (rows.length === 0) return;
    // What another one analyzes at this moment is not waited for.
    yield* this.#ask(`ANALYZE (SKIP_LOCKED) ${rows.map(({ name }) => String(name)).join(", ")}`);
  }

  listColumns(table: string): Steps<readonly ColumnFacts[]> {
    return new Done(tables.get(table)?.columns ?? []);
  }

  /** No other program's are in the schema. */
  listUnknownTables(): Steps<readonly string[]> {
    return new Done([]);
  }

  toExact(value: Value): RowValue {
    if (typeof value === "bigint") return { integer: String(value) };
    if (typeof value === "number" && !Number.isFinite(value)) return { real: value > 0 ? "Inf" : "-Inf" };
    return typeof value === "number" ? value : String(value);
  }

  /** A row that brings its number with it moves no sequence. */
  *#moveOn(table: string, number: number): Steps<void> {
    const sequence = this.#sequenceOf(table);
    yield* this.#ask(
      `SELECT setval('${sequence}', $1::bigint) FROM ${sequence} WHERE NOT is_called OR last_value < $1::bigint`,
      [number],
    );
  }

  #sequenceOf(table: string): string {
    return `${table}_${this.#board}`;
  }

  *#while<Result>(name: string, list: List, steps: () => Steps<Result>): Steps<Result> {
    this.#lists.set(name, list);
    const result = yield* steps();
    this.#lists.delete(name);
    return result;
  }

  *#take(sql: string, parameters: Parameters): Steps<Answer> {
    const { text, values } = this.#bind(sql, parameters);
    const answer = yield* this.#ask(text, values);
    if (answer.count > 0 && !text.startsWith("SELECT") && /^\s*(INSERT|UPDATE|DELETE)/.test(text))
      this.#hasWritten = true;
    return answer;
  }

  #bind(sql: string, parameters: Parameters) {
    let text = sql;
    let all = parameters;
    for (const [name, list] of this.#lists)
      if (text.includes(`temp.${name}`)) {
        // What stands in FROM needs a name, there or here.
        const named = new RegExp(`temp\\.${name}\\b(\\s+[a-z]\\w*)?`, "g");
        text = text.replaceAll(named, (_, alias = " AS list") => list.sql + alias);
        all = { ...all, ...list.parameters };
      }
    return bind(translate(text), all);
  }

  *#ask(text: string, values: readonly unknown[] = []): Steps<Answer> {
    yield* this.flush();
    return (yield this.#answer(text, values)) as Answer;
  }

  async #answer(text: string, values: readonly unknown[]): Promise<Answer> {
    try {
      return await this.#session.run(text, values);
    } catch (error) {
      throw this.#session.explain(error);
    }
  }
}

/** As PostgreSQL reads it: a number that no double holds goes as a text. */
function toJson(rows: unknown): string {
  return JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? String(value) : value));
}
