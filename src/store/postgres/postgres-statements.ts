import type { RowValue } from "../exchange.ts";
import type {
  Attempted,
  ColumnFacts,
  Connection,
  InsertPlace,
  ListRow,
  ListShape,
  Parameters,
  Value,
} from "../sql/connection.ts";
import { Done, type Steps } from "../sql/steps.ts";
import type { Answer } from "./answer.ts";
import { readByCursor } from "./cursor.ts";
import { bind, translate } from "./dialect.ts";
import { analyze, selectGrown } from "./grown-tables.ts";
import { inOrder } from "./in-order.ts";
import { forgetFloor, isFloorDue, isToldFloor, raiseFloor } from "./live-floor.ts";
import { isDivisionByZero } from "./postgres-error.ts";
import { insertOf } from "./row-insert.ts";
import { type ListTable, tableOf } from "./row-table.ts";
import { tables } from "./schema.ts";
import { SentAnswers } from "./sent-answers.ts";
import { sequenceOf } from "./sequence.ts";
import type { Session } from "./server.ts";

/** Rows that are written together. */
const rowsAtOnce = 1_000;

/** Statements in one transaction of a session, in the order in which they come; waited for is what is asked. */
export class PostgresStatements implements Connection {
  readonly #session: Session;
  readonly #board: number;
  readonly #lists = new Map<string, ListTable>();
  /** Rows that are still to be written, before anything else is asked: many of one table, one after the other, go together. */
  #waiting: { readonly into: InsertPlace; readonly rows: (readonly Value[])[] } | null = null;
  readonly #sent: SentAnswers;
  #scans = 0;
  #hasWritten = false;

  /** @param begun where it fails, so does all that is asked */
  constructor(session: Session, board: number, begun: Promise<unknown>) {
    this.#session = session;
    this.#board = board;
    this.#sent = new SentAnswers(session);
    this.#sent.add(begun);
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

  *send(sql: string, parameters: Parameters = {}): Steps<void> {
    const { text, values } = this.#bind(sql, parameters);
    this.#send(text, values, (answer) => this.#note(text, answer));
  }

  /** The server itself fails where it were another number: so what comes behind it needn't wait for the answer. */
  *sendExactly(
    sql: string,
    parameters: Parameters,
    { count, otherwise }: { readonly count: number; readonly otherwise: string },
  ): Steps<void> {
    this.#hasWritten = true;
    const { text, values } = this.#bind(
      `WITH changed AS (${sql} RETURNING 1) SELECT 1 / (count(*) = :rowsExpected)::integer FROM changed`,
      { ...parameters, rowsExpected: count },
    );
    this.#sendRows();
    this.#sent.add(
      this.#session.run(text, values).catch((error) => {
        throw isDivisionByZero(error) ? new Error(otherwise) : error;
      }),
    );
  }

  *insert(sql: string, parameters: Parameters): Steps<number> {
    const { rows } = yield* this.#take(`${sql} RETURNING id`, parameters);
    return Number(rows[0]?.id);
  }

  scan<Result>(sql: string, onRow: (row: Result) => void): Steps<void> {
    this.#scans += 1;
    const asks = {
      ask: (text: string, values: readonly unknown[] = []) => this.#ask(text, values),
      askPlainly: (text: string) =>
        this.#waitFor(this.#session.runAll(text).then(([answer]) => answer as Answer)),
    };
    return readByCursor(asks, { name: `scan_${this.#scans}`, ...this.#bind(sql, {}) }, onRow);
  }

  *insertRows(into: InsertPlace, rows: readonly (readonly Value[])[]): Steps<void> {
    if (rows.length === 0) return;
    this.#hasWritten = true;
    if (this.#waiting?.into !== into) {
      this.#sendRows();
      this.#waiting = { into, rows: [] };
    }
    this.#waiting?.rows.push(...rows);
    if ((this.#waiting?.rows.length ?? 0) >= rowsAtOnce) yield this.settle();
  }

  /** Sends what is left, and waits for all of it. */
  async settle(): Promise<void> {
    await inOrder(this.takeSent());
  }

  /** Sends what is left: what is still to be waited for, in the order of the answers. */
  takeSent(): readonly Promise<unknown>[] {
    this.#sendRows();
    return this.#sent.take();
  }

  /** Sends the rows that wait: all of them in one statement, as one value. */
  #sendRows(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#waiting = null;
    const { text, values, last } = insertOf(waiting.into, waiting.rows);
    this.#send(text, values);
    if (last !== null) this.#send(sequenceOf(waiting.into.table, this.#board).moveOn, [last]);
  }

  *withList<Column extends string, Result>(
    list: ListShape<Column>,
    rows: readonly ListRow<Column>[],
    steps: () => Steps<Result>,
  ): Steps<Result> {
    return yield* this.#while(list.name, tableOf(list, rows), steps);
  }

  *attempt<Result>(steps: () => Steps<Result>): Steps<Attempted<Result>> {
    return { result: yield* steps() };
  }

  /** The query itself: on one snapshot it finds the same each time. */
  withChosen<Result>(query: string, parameters: Parameters, steps: () => Steps<Result>): Steps<Result> {
    return this.#while("chosen_tasks", { sql: `(${query})`, parameters }, steps);
  }

  *getNextRunNumber(): Steps<number> {
    return (yield* this.getLastNumber("task_runs")) + 1;
  }

  keepNumbers(
    table: string,
    { first, last }: { readonly first: number; readonly last: number },
  ): Steps<void> {
    this.#send(sequenceOf(table, this.#board).moveOn, [last]);
    if (table === "task_runs" && isFloorDue(first, last)) {
      this.#send(raiseFloor, [this.#board, first]);
      if (isToldFloor(last)) this.#send(analyze(["all_kanbun_runs", "all_task_runs"]), []);
    }
    return new Done(undefined);
  }

  *getLastNumber(table: string): Steps<number> {
    const { rows } = yield* this.#ask(sequenceOf(table, this.#board).last);
    return Number(rows[0]?.last ?? 0);
  }

  *setLastNumber(table: string, number: number): Steps<void> {
    if (table === "task_runs") this.#send(forgetFloor, [this.#board]);
    yield* this.#ask("SELECT setval($1::regclass, $2::bigint, $3::boolean)", [
      sequenceOf(table, this.#board).name,
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

  *noteMuch(): Steps<void> {
    const { rows } = yield* this.#ask(selectGrown);
    if (rows.length > 0) yield* this.#ask(analyze(rows.map(({ name }) => String(name))));
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

  *#while<Result>(name: string, list: ListTable, steps: () => Steps<Result>): Steps<Result> {
    this.#lists.set(name, list);
    const result = yield* steps();
    this.#lists.delete(name);
    return result;
  }

  *#take(sql: string, parameters: Parameters): Steps<Answer> {
    const { text, values } = this.#bind(sql, parameters);
    const answer = yield* this.#ask(text, values);
    this.#note(text, answer);
    return answer;
  }

  #note(text: string, { count }: Answer): void {
    if (count > 0 && !text.startsWith("SELECT") && /^\s*(INSERT|UPDATE|DELETE)/.test(text))
      this.#hasWritten = true;
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
    this.#sendRows();
    return yield* this.#waitFor(this.#session.run(text, values));
  }

  *#waitFor(asked: Promise<Answer>): Steps<Answer> {
    const answer = this.#sent.before(asked);
    answer.catch(() => {}); // of several that are asked together one may fail first
    return (yield answer) as Answer;
  }

  #send(text: string, values: readonly unknown[], onAnswer: (answer: Answer) => void = () => {}): void {
    this.#sendRows();
    this.#sent.add(
      this.#session.run(text, values).then((answer) => {
        onAnswer(answer);
        return answer;
      }),
    );
  }
}
