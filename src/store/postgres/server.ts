import { SQL } from "bun";
import { BoardError } from "../../board/error.ts";
import { type Answer, type Rows, toAnswer } from "./answer.ts";
import { Connections, type Taken } from "./connections.ts";
import { inOrder } from "./in-order.ts";
import { inTime } from "./in-time.ts";
import { explainPostgresError, isLost, NoAnswer } from "./postgres-error.ts";
import { ServerListener } from "./server-listener.ts";

/** A PostgreSQL server, and what lets one in. Nothing of it is taken from the environment. */
export interface ServerPlace {
  /** A name, an address, or the folder of a unix socket. */
  readonly host: string;
  readonly port?: number;
  readonly database: string;
  readonly user: string;
  /** Asked for at each connection; null: the server wants none. */
  readonly password?: (() => Promise<string>) | null;
  /** How TLS is spoken; default: not at all. */
  readonly tls?: "disable" | "require" | "verify-ca" | "verify-full";
  readonly caFile?: string | null;
  /** Where the tables of all boards are; default `kanbun`. */
  readonly schema?: string;
}

const idleS = 30;
const lookAgainMs = 100;

/** How long is waited for what; milliseconds. */
export interface Patience {
  /** For a connection. */
  readonly connectMs: number;
  /** For an answer: a statement has 15 s on the server, and without one by then the way there is cut. */
  readonly answerMs: number;
  /** For a server that is being started again, as long as nothing was begun. */
  readonly restartMs: number;
  /** For a server that is to say what came of a COMMIT whose answer was lost. */
  readonly doubtMs: number;
}

const usualPatience: Patience = { connectMs: 10_000, answerMs: 20_000, restartMs: 5_000, doubtMs: 10_000 };

/** The connections of this process to one server. */
export class Server {
  readonly name: string;
  readonly patience: Patience;
  /** Which one it is, and since which fail-over; null: it doesn't say; undefined until it is asked. */
  origin: string | null | undefined;
  readonly #place: ServerPlace;
  #connections = new Connections(() => this.#connect());
  /** What all listeners of this process share; null until there is one. */
  #listening: SQL | null = null;
  /** A pooler stands in between, and gives each transaction another session. */
  #isPooled = false;
  /** As far as is known: until then nothing is prepared. */
  #isDirect = false;

  constructor(place: ServerPlace, patience: Partial<Patience> = {}) {
    this.patience = { ...usualPatience, ...patience };
    this.#place = place;
    const { host, port, database } = place;
    this.name = host.startsWith("/") ? `${database} at ${host}` : `${database} at ${host}:${port ?? 5432}`;
  }

  /** Each transaction has the session of the one before. */
  get isDirect(): boolean {
    return this.#isDirect && !this.#isPooled;
  }

  /** A connection of the driver, which makes it when it is first asked for, and closes it when it was idle for long. */
  #connect(): SQL {
    const { host, port, database, user, password, tls = "disable", caFile = null } = this.#place;
    return new SQL({
      // Said, so that none is looked for in the environment; each part of it is said below.
      url: "postgres://localhost",
      adapter: "postgres",
      hostname: host,
      port: port ?? 5432,
      database,
      username: user,
      password: password ?? "",
      tls: caFile === null ? tls : { rejectUnauthorized: true, ca: Bun.file(caFile) },
      max: 1,
      idleTimeout: idleS,
      connectionTimeout: this.patience.connectMs / 1_000,
      prepare: !this.#isPooled,
      connection: this.#isPooled ? {} : { application_name: "kanbun", "kanbun.is_direct": "1" },
    });
  }

  /**
   * A session with its first statements done. A connection that was lost since it was last used, and a server that is being
   * started again, are not the caller's affair: nothing was begun by then.
   */
  async begin(...statements: readonly string[]): Promise<{ session: Session; answers: readonly Answer[] }> {
    const deadlineMs = performance.now() + this.patience.restartMs;
    const asked = statements.some((text) => text.includes(isDirectColumn))
      ? []
      : [`SELECT ${isDirectColumn}`];
    for (;;) {
      try {
        const session = new Session(await this.#connections.take(this.patience.connectMs), this);
        try {
          const answers = await session.runEach([...asked, ...statements]);
          const said = answers.find(({ rows }) => rows[0] !== undefined && "is_direct" in rows[0]);
          this.#isDirect = said?.rows[0]?.is_direct === "1";
          if (this.#isPooled || this.#isDirect) return { session, answers: answers.slice(asked.length) };
        } catch (error) {
          session.abandon();
          throw error;
        }
        session.abandon();
        this.#usePooler();
      } catch (error) {
        if (isOfPooler(error) && !this.#isPooled) {
          this.#usePooler();
          continue;
        }
        if (!isLost(error) || error instanceof NoAnswer || performance.now() > deadlineMs)
          throw explainPostgresError(error, this.name);
        await Bun.sleep(lookAgainMs);
      }
    }
  }

  /**
   * A statement that was prepared in one session is another one, or none, in the next: then none is prepared. Other statements of this
   * process go to their end on the connections that there were.
   */
  #usePooler(): void {
    if (this.#isPooled) return;
    this.#isPooled = true;
    void this.#listening?.close();
    this.#listening = null;
    void this.#connections.retire();
  }

  /**
   * Has `onNotice` called for each notice on the channel, and whenever it may have missed some; over a connection of its own, which
   * all listeners of this process share. null behind a pooler, where the one that listens would be another session's.
   */
  tryListen(channel: string, onNotice: (named: string) => void): ServerListener | null {
    if (this.#isPooled) return null;
    this.#listening ??= this.#connect();
    return new ServerListener(this.#listening, channel, onNotice);
  }

  async close(): Promise<void> {
    await Promise.all([this.#connections.close(), this.#listening?.close({ timeout: 1 })]);
  }
}

/** Said at the start of a connection, it is known in the session only where that is the connection's own. */
export const isDirectColumn = "current_setting('kanbun.is_direct', true) AS is_direct";

/** Some refuse what they can't pass on. */
function isOfPooler(error: unknown): boolean {
  return error instanceof SQL.PostgresError && /startup parameter/.test(error.message);
}

/** One connection, until it is given back. */
export class Session {
  readonly #taken: Taken;
  readonly #server: Server;

  constructor(taken: Taken, server: Server) {
    this.#taken = taken;
    this.#server = server;
  }

  /** Goes out at once, behind what was asked before. @throws {NoAnswer} or what the server says */
  async run(text: string, values: readonly unknown[] = []): Promise<Answer> {
    const { connection } = this.#taken;
    const asked =
      values.length === 0 && this.#server.isDirect
        ? connection(asTemplate(text))
        : connection.unsafe(text, [...values]);
    return toAnswer(await inTime(asked.execute(), this.#server.patience.answerMs));
  }

  /** Statements in one go, each with a snapshot of its own; without parameters. */
  async runAll(statements: string, answerMs = this.#server.patience.answerMs): Promise<readonly Answer[]> {
    const results: unknown = await inTime(this.#taken.connection.unsafe(statements).simple(), answerMs);
    const list = results as (readonly unknown[] & { readonly count?: number | null })[];
    return (Array.isArray(list[0]) ? list : [list]).map((one) => toAnswer(one as unknown as Rows));
  }

  /** Statements without parameters, in one go, behind what was asked before. */
  runEach(statements: readonly string[]): Promise<readonly Answer[]> {
    // What is not prepared is waited for, each alone.
    return this.#server.isDirect
      ? inOrder(statements.map((text) => this.run(text)))
      : this.runAll(statements.join("; "));
  }

  explain(error: unknown): unknown {
    return explainPostgresError(error, this.#server.name);
  }

  release(): void {
    this.#taken.release();
  }

  /** For one that may be in any state: closed, and with it whatever is open on it. */
  abandon(): void {
    // Another one may answer from now on.
    this.#server.origin = undefined;
    this.#taken.abandon();
  }
}

/** A statement without parameters, for the driver to prepare it, and to send others behind it at once. */
function asTemplate(text: string): TemplateStringsArray {
  return Object.defineProperty([text], "raw", { value: [text] }) as unknown as TemplateStringsArray;
}

/** Servers that are in use in this process, so that its stores share their connections. */
const servers = new Map<string, { readonly server: Server; users: number }>();

/** The server at that place, to be given back by what is returned with it. */
export function useServer(
  place: ServerPlace,
  patience: Partial<Patience> = {},
): { readonly server: Server; release(): Promise<void> } {
  const { password: _, ...told } = place;
  const key = JSON.stringify([told, patience]);
  const used = servers.get(key) ?? { server: new Server(place, patience), users: 0 };
  used.users += 1;
  servers.set(key, used);
  let isReleased = false;
  return {
    server: used.server,
    async release() {
      if (isReleased) return;
      isReleased = true;
      used.users -= 1;
      if (used.users > 0) return;
      servers.delete(key);
      await used.server.close();
    },
  };
}

/** @throws {BoardError} unsupported for a name that is no plain one: it stands in statements */
export function schemaOf({ schema = "kanbun" }: ServerPlace): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) return schema;
  throw new BoardError("usage", `${JSON.stringify(schema)} cannot be the name of a schema`, {
    hint: "take small letters, digits and _",
  });
}
