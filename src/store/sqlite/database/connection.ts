import { Database, SQLiteError, type SQLQueryBindings } from "bun:sqlite";
import { BoardError } from "../../../board/error.ts";
import type { Attempted, Parameters, Value } from "../../sql/connection.ts";
import { explainSqliteError } from "./sqlite-error.ts";

export type { Parameters, Value };

// Statements that are kept prepared: Bun's own limit of 20 is less than a tick and a creation have.
Database.MAX_QUERY_CACHE_SIZE = 200;

/** Makes a transaction write, so that it syncs what is not on the disk yet: SQLite syncs no empty one. */
const touch = `INSERT INTO kanbun_meta (key, value) VALUES ('ticks_recorded', 1)
  ON CONFLICT (key) DO UPDATE SET value = value + 1`;

/** @see https://sqlite.org/pragma.html#pragma_synchronous */
export type Synchronous = "FULL" | "NORMAL";

const steadyTexts = new Map<string, string>();

/**
 * The same statement, with a plus that does nothing before each parameter. To a bare one SQLite's planner looks for its
 * value, in joins and limits, and then compiles the statement anew at each binding: 45 µs for a task that takes 3.
 * @see https://sqlite.org/src/file/src/where.c whereLoopOutputAdjust, which asks sqlite3ExprIsInteger
 */
function steady(sql: string): string {
  let text = steadyTexts.get(sql);
  if (text === undefined) {
    text = sql.replaceAll(/(?<![\w:'])(:[A-Za-z]\w*)/g, "+$1");
    steadyTexts.set(sql, text);
  }
  return text;
}

/** One database connection: named parameters, errors that say what to do, and real transactions. */
export class Connection {
  readonly path: string;
  readonly #database: Database;
  readonly #synchronous: Synchronous;
  readonly #made = new Set<string>();
  #isUnsynced = false;

  constructor(database: Database, path: string, synchronous: Synchronous = "FULL") {
    this.#database = database;
    this.path = path;
    this.#synchronous = synchronous;
  }

  /** Whether something was written that the loss of power may still take. */
  get isUnsynced(): boolean {
    return this.#isUnsynced;
  }

  /** The rows of a query. */
  all<Row>(sql: string, parameters: Parameters = {}): Row[] {
    return this.#explained(() => this.#query<Row>(sql).all(parameters));
  }

  /** The rows of a query, one at a time: for more than memory should hold. To be taken to the end. */
  *each<Row>(sql: string): Generator<Row> {
    try {
      yield* this.#database.query<Row, []>(sql).iterate();
    } catch (error) {
      throw explainSqliteError(error, this.path);
    }
  }

  /** The first row, null when there is none. */
  get<Row>(sql: string, parameters: Parameters = {}): Row | null {
    return this.#explained(() => this.#query<Row>(sql).get(parameters));
  }

  /** Runs one statement; how many rows it changed. A list of values is for `?`, which is faster where there are many. */
  run(sql: string, parameters: Parameters | readonly Value[] = {}): number {
    return this.#explained(() => this.#query(sql).run(parameters as Parameters).changes);
  }

  /** Runs a statement and returns the rowid that it inserted. */
  insert(sql: string, parameters: Parameters): number {
    return this.#explained(() => Number(this.#query(sql).run(parameters).lastInsertRowid));
  }

  /** Runs a statement that makes something of this connection's own, unless that is there from an earlier call. */
  make(sql: string): void {
    if (this.#made.has(sql)) return;
    this.run(sql);
    this.#made.add(sql);
  }

  /**
   * Runs `work` in one IMMEDIATE transaction: all of it is committed, or nothing.
   * `work` is synchronous: a transaction that awaits would not be one, so a promise is refused.
   */
  write<Result>(work: () => Result extends Promise<unknown> ? never : Result): Result {
    const result = this.#transact(() => {
      const done = work();
      if (this.#isUnsynced) this.run(touch);
      return done;
    });
    this.#isUnsynced = false;
    return result;
  }

  /**
   * As `write`, but does not wait for the disk: until the next `write` has returned, the loss of power may take it, and
   * nothing else can. Only for what is not acknowledged before that; readers see it at once.
   */
  writeUnsynced<Result>(work: () => Result extends Promise<unknown> ? never : Result): Result {
    if (this.#synchronous === "NORMAL") return this.#transact(work);
    const before = this.#countChanges();
    this.#database.run("PRAGMA synchronous = NORMAL");
    try {
      return this.#transact(work);
    } finally {
      this.#database.run("PRAGMA synchronous = FULL");
      this.#isUnsynced ||= this.#countChanges() !== before;
    }
  }

  /** One IMMEDIATE transaction whose `work` may wait: no one else may use this connection meanwhile, or they would write in it too. */
  async writeAlone<Result>(work: () => Promise<Result>): Promise<Result> {
    this.run("BEGIN IMMEDIATE");
    try {
      const result = await work();
      this.run("COMMIT");
      return result;
    } catch (error) {
      this.#made.clear();
      // Some errors have ended it already.
      if (this.#database.inTransaction) this.run("ROLLBACK");
      throw explainSqliteError(error, this.path);
    }
  }

  /** Runs `work` in a transaction: where the tables refuse something of it, it is as if it had never begun, and all else stays. */
  attempt<Result>(work: () => Result): Attempted<Result> {
    this.run("SAVEPOINT attempt");
    try {
      const result = work();
      this.run("RELEASE attempt");
      return { result };
    } catch (error) {
      // Not explained is what a trigger comes to that fails by itself.
      const isRefusal =
        error instanceof SQLiteError || (error instanceof BoardError && error.kind === "unsupported");
      // Some errors have ended the transaction already.
      if (!isRefusal || !this.#database.inTransaction) throw error;
      this.run("ROLLBACK TO attempt");
      this.run("RELEASE attempt");
      // What it made is gone with it. Made again here, the next attempt doesn't: else all statements would be compiled anew after each refusal.
      for (const sql of this.#made) this.run(sql);
      return { refusal: error };
    }
  }

  /** Waits until all that was written is on the disk. */
  sync(): void {
    if (this.#isUnsynced) this.write(() => {});
  }

  /** Runs `work` on one snapshot of the board: what it reads belongs together. */
  read<Result>(work: () => Result): Result {
    return this.#explained(() => this.#database.transaction(work).deferred());
  }

  close(): void {
    try {
      this.sync();
    } catch {
      // Nothing was acknowledged.
    } finally {
      this.#database.close();
    }
  }

  #transact<Result>(work: () => Result): Result {
    const transaction = this.#database.transaction(() => {
      const result = work();
      if (result instanceof Promise) throw new Error("a transaction must not be asynchronous");
      return result;
    });
    try {
      return transaction.immediate();
    } catch (error) {
      // What it made is gone with it.
      this.#made.clear();
      throw explainSqliteError(error, this.path);
    }
  }

  /** Of all transactions, and of lists in memory too. */
  #countChanges(): number {
    return this.get<{ changes: number }>("SELECT total_changes() AS changes")?.changes ?? 0;
  }

  #query<Row>(sql: string) {
    return this.#database.query<Row, SQLQueryBindings>(steady(sql));
  }

  #explained<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw explainSqliteError(error, this.path);
    }
  }
}
