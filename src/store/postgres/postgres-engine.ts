import { BoardError } from "../../board/error.ts";
import { type Takeover, toTakeover } from "../../board/lease.ts";
import type { Clock } from "../../system/clock.ts";
import type { Connection } from "../sql/connection.ts";
import { type Scope, scopeAt } from "../sql/scope.ts";
import { type Steps, take } from "../sql/steps.ts";
import type { Engine, ReadHow, WriteHow } from "../sql/transactions.ts";
import type { Answer } from "./answer.ts";
import { flushed } from "./flush.ts";
import { type Begun, isCommitted, toBegun } from "./in-doubt.ts";
import { inOrder } from "./in-order.ts";
import { isLogAsked } from "./log-asks-table.ts";
import { countUp } from "./notice.ts";
import { isLost } from "./postgres-error.ts";
import { PostgresStatements } from "./postgres-statements.ts";
import { isDirectColumn, type Server, type Session } from "./server.ts";

export interface EngineOptions {
  readonly server: Server;
  readonly schema: string;
  /** The number of the board in the schema. */
  readonly board: number;
  readonly clock: Clock;
  /** Instants are the server's, so that all hosts of a board mean the same; else they are the clock's. */
  readonly isServerTime: boolean;
  readonly busyTimeoutMs: number;
  /** Which host dispatches the board by it; null: it is no dispatcher's. */
  readonly dispatcher: string | null;
}

interface WriteOptions<Result> extends WriteHow<Result> {
  /** The server ends a transaction of which it hears nothing for so long. */
  readonly idleMs?: number;
}

/** Locks of boards are taken in a space of their own, by the number of the board; number 0 is the schema's. */
export function lockSpaceOf(schema: string): number {
  return Bun.hash.crc32(`kanbun ${schema}`) | 0;
}

const statementMs = 15_000;
/** For one that waits for other programs meanwhile, as a move of a board on a machine that has much to do. */
const idleInTransactionMs = { usually: 5_000, alone: 120_000 };

/**
 * One writer per board, as in SQLite: each write takes the board's lock first, in a statement of its own at READ COMMITTED, so that
 * what it reads then is what the one before it left. A snapshot that is older than the lock would see the past.
 */
export class PostgresEngine implements Engine {
  readonly #options: EngineOptions;
  readonly isUnsynced = false;
  /** How far the server's time is ahead of the clock. */
  #aheadMs = 0;
  /** Own writes since this was opened: to others they are news, to us they are not. */
  #ownWrites = 0;
  #isLogAsked = false;
  #takeover: Takeover | null = null;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  nowMs(): number {
    return this.#options.clock.nowMs() + this.#aheadMs;
  }

  read<Result>(
    work: (db: Connection) => Steps<Result>,
    { plansOnce = false }: ReadHow = {},
  ): Promise<Result> {
    const { board } = this.#options;
    const first = [
      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
      `${this.#settings(plansOnce ? planning : {})}, ${time}`,
    ];
    return this.#inSession(first, { isAhead: true }, async (session, answers) => {
      const asked = answers.then((given) => this.#setTime(given));
      const statements = new PostgresStatements(session, board, asked);
      try {
        const result = await take(work(statements));
        await statements.settle();
        await session.runEach(["COMMIT"]);
        session.release();
        return result;
      } catch (error) {
        await rollBack(session, error);
        throw session.explain(error);
      }
    });
  }

  write<Result>(
    work: (scope: Scope) => Steps<Result>,
    {
      nowMs,
      givesWay = false,
      makesWork = () => true,
      idleMs = idleInTransactionMs.usually,
    }: WriteOptions<Result>,
  ): Promise<Result> {
    const { server, schema, board, clock, dispatcher } = this.#options;
    const { origin } = server;
    const lock = `${lockSpaceOf(schema)}, ${board}`;
    const first = [
      "BEGIN ISOLATION LEVEL READ COMMITTED",
      this.#settings({ ...planning, idle_in_transaction_session_timeout: String(idleMs) }),
      `SELECT ${time}, pg_current_xact_id()::text AS xid, pg_backend_pid() AS pid, is_locked${
        origin === undefined ? `, ${schema}.server_origin() AS origin` : ""
      } FROM (SELECT ${
        givesWay ? `pg_try_advisory_xact_lock(${lock})` : `pg_advisory_xact_lock(${lock}) IS NOT NULL`
      } AS is_locked OFFSET 0) locked`,
    ];
    // Of whoever says what time it is the first questions need no answer before: they are read as soon as the board is locked. Who may be
    // refused asks nothing in vain.
    return this.#inSession(first, { isAhead: nowMs !== undefined && !givesWay }, async (session, answers) => {
      const asked = answers.then((given) => {
        const row = given.at(-1)?.rows[0];
        if (row?.is_locked === 0) throw new BoardError("busy", "another host is writing to the board");
        // After the wait for the lock: what it has waited for happened before.
        this.#setTime(given);
        const begun = toBegun(row, origin);
        server.origin = begun.origin;
        return begun;
      });
      const statements = new PostgresStatements(session, board, asked);
      let result: Result;
      let begun: Begun;
      try {
        if (nowMs === undefined) await asked;
        const scope = scopeAt(statements, {
          nowMs: nowMs ?? this.nowMs(),
          monotonicMs: clock.monotonicMs(),
          bootId: clock.bootId,
        });
        result = await take(work(scope));
        // What it came to decides whether others are told.
        if (!statements.hasWritten) await statements.settle();
        begun = await asked;
      } catch (error) {
        await rollBack(session, error);
        throw session.explain(error);
      }
      const { hasWritten } = statements;
      const counted = hasWritten
        ? [countUp(schema, board, { dispatcher, makesWork: makesWork(result) })]
        : [];
      await this.#commit(session, [...counted, "COMMIT"], { statements, begun });
      if (hasWritten) this.#ownWrites += 1;
      return result;
    });
  }

  /**
   * Work in a session that begins with these statements. Work that is ahead of their answers is begun anew where there was no such
   * session any more: nothing was done then.
   */
  async #inSession<Result>(
    first: readonly string[],
    { isAhead }: { readonly isAhead: boolean },
    work: (session: Session, answers: Promise<readonly Answer[]>) => Promise<Result>,
  ): Promise<Result> {
    const { server } = this.#options;
    const ahead = isAhead ? await server.tryBeginAhead(...first) : null;
    if (ahead !== null)
      try {
        return await work(ahead.session, ahead.answers);
      } catch (error) {
        if (!(await ahead.isGone)) throw error;
      }
    const { session, answers } = await server.begin(...first);
    return work(session, Promise.resolve(answers));
  }

  writeAlone<Result>(work: (scope: Scope) => Steps<Result>): Promise<Result> {
    return this.write(work, { isSynced: true, idleMs: idleInTransactionMs.alone });
  }

  /** Another number when another connection has written since. */
  async getVersion(): Promise<number> {
    const { server, schema, board } = this.#options;
    const { session, answers } = await server.begin(
      `SELECT version, takeover, ${isLogAsked(schema, board)} AS is_asked, ${isDirectColumn} FROM ${schema}.boards WHERE id = ${board}`,
    );
    session.release();
    const { version = 0, takeover, is_asked } = answers[0]?.rows[0] ?? {};
    this.#isLogAsked = is_asked === 1;
    this.#takeover = toTakeover(takeover);
    return Number(version) - this.#ownWrites;
  }

  /** Whether someone asked for a log of the board when its version was last asked for: a question that costs no other. */
  get isLogAsked(): boolean {
    return this.#isLogAsked;
  }

  /** What becomes of the runs of silent hosts, as it was then; null: it was not asked yet. */
  get takeover(): Takeover | null {
    return this.#takeover;
  }

  /** Settings of one transaction: behind a pooler the session is another one each time. */
  #settings(ofPlans: Readonly<Record<string, string>> = {}): string {
    const { schema, board, busyTimeoutMs } = this.#options;
    const settings = {
      search_path: schema,
      "kanbun.board": String(board),
      TimeZone: timeZone,
      lock_timeout: String(busyTimeoutMs),
      statement_timeout: String(Math.max(statementMs, busyTimeoutMs)),
      idle_in_transaction_session_timeout: String(idleInTransactionMs.usually),
      // To compile a statement took six times as long as it runs where the planner thinks it long.
      jit: "off",
      // A holder of the lock that is cut off must not hold up all others for two hours.
      tcp_keepalives_idle: "2",
      tcp_keepalives_interval: "1",
      tcp_keepalives_count: "3",
      ...ofPlans,
    };
    const calls = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', true)`);
    return `SELECT ${[...calls, flushed, isDirectColumn].join(", ")}`;
  }

  #setTime(answers: readonly Answer[]): void {
    if (!this.#options.isServerTime) return;
    const row = answers.map(({ rows }) => rows[0]).find((one) => one !== undefined && "now_ms" in one);
    this.#aheadMs = Number(row?.now_ms) - this.#options.clock.nowMs();
  }

  async #commit(
    session: Session,
    last: readonly string[],
    { statements, begun }: { readonly statements: PostgresStatements; readonly begun: Begun },
  ): Promise<void> {
    const { server, schema } = this.#options;
    try {
      // Where one of those before fails the count does so too: then this commits nothing.
      await inOrder<unknown>([...statements.takeSent(), session.runEach(last)]);
      session.release();
    } catch (error) {
      session.abandon();
      if (!isLost(error)) throw session.explain(error);
      if (!(await isCommitted(server, { schema, begun, cause: error }))) throw session.explain(error);
    }
  }
}

/** What a tick asks and a move writes is planned once in a session, not each time: that took ten times as long as most take to be done. */
const planning = { plan_cache_mode: "force_generic_plan" };
const time = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms";
const timeZone = Intl.DateTimeFormat()
  .resolvedOptions()
  .timeZone.replaceAll(/[^\w/+-]/g, "");

async function rollBack(session: Session, error: unknown): Promise<void> {
  if (isLost(error) || isLost((error as Error | null)?.cause)) {
    session.abandon();
    return;
  }
  try {
    await session.runAll("ROLLBACK");
    session.release();
  } catch {
    session.abandon(); // with the connection the transaction ends too
  }
}
