import { SQL } from "bun";
import { type Answer, type Rows, toAnswer } from "./answer.ts";
import { Connections, type Taken } from "./connections.ts";
import { inOrder } from "./in-order.ts";
import { inTime } from "./in-time.ts";
import { explainPostgresError, isLost, NoAnswer } from "./postgres-error.ts";
import type { ServerListener } from "./server-listener.ts";
import type { ServerPlace } from "./server-place.ts";

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

export interface ServerUse {
  readonly patience?: Partial<Patience>;
  /** It waits for no one else's connection: a beat, which the others hang on. */
  readonly isUrgent?: boolean;
}

/** A session whose first statements are on their way. */
export interface BegunAhead {
  readonly session: Session;
  readonly answers: Promise<readonly Answer[]>;
  /** Whether nothing was begun, for there was no such session any more. */
  readonly isGone: Promise<boolean>;
}

/** A server, over the connections that all of this process share. */
export class Server {
  readonly name: string;
  readonly patience: Patience;
  readonly #isUrgent: boolean;
  readonly #connections: Connections;

  constructor({ host, port, database }: ServerPlace, connections: Connections, use: ServerUse) {
    this.patience = { ...usualPatience, ...use.patience };
    this.#isUrgent = use.isUrgent ?? false;
    this.#connections = connections;
    this.name = host.startsWith("/") ? `${database} at ${host}` : `${database} at ${host}:${port ?? 5432}`;
  }

  /** Each transaction has the session of the one before. */
  get isDirect(): boolean {
    return this.#connections.isDirect;
  }

  /** Which one it is, and since which fail-over; null: it doesn't say; undefined until it is asked. */
  get origin(): string | null | undefined {
    return this.#connections.origin;
  }

  set origin(origin: string | null | undefined) {
    this.#connections.origin = origin;
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
    const connections = this.#connections;
    for (;;) {
      try {
        const taken = await connections.take(this.patience.connectMs, { isUrgent: this.#isUrgent });
        const session = new Session(taken, this);
        try {
          const answers = await session.runEach([...asked, ...statements]);
          connections.isDirect = !connections.isPooled && saysDirect(answers);
          if (connections.isPooled || connections.isDirect)
            return { session, answers: answers.slice(asked.length) };
        } catch (error) {
          session.abandon();
          throw error;
        }
        session.abandon();
        connections.usePooler();
      } catch (error) {
        if (isOfPooler(error) && !connections.isPooled) {
          connections.usePooler();
          continue;
        }
        if (!isLost(error) || error instanceof NoAnswer || performance.now() > deadlineMs)
          throw explainPostgresError(error, this.name);
        await Bun.sleep(lookAgainMs);
      }
    }
  }

  /**
   * As `begin`, without a wait for the answers: what is asked next goes out behind these. null where a pooler may stand in between.
   * @param statements one of which asks for `isDirectColumn`
   */
  async tryBeginAhead(...statements: readonly string[]): Promise<BegunAhead | null> {
    const connections = this.#connections;
    if (!connections.isDirect) return null;
    const taken = await connections.take(this.patience.connectMs, { isUrgent: this.#isUrgent });
    const session = new Session(taken, this);
    const answers = session.runEach(statements).then(requireDirect);
    const isGone = answers.then(
      () => false,
      (error) => error instanceof OtherSession || (isLost(error) && !(error instanceof NoAnswer)),
    );
    return { session, answers, isGone };
  }

  /**
   * Has `onNotice` called for each notice on the channel, and whenever it may have missed some; over a connection of its own, which
   * all listeners of this process share. null behind a pooler, where the one that listens would be another session's.
   */
  tryListen(channel: string, onNotice: (named: string) => void): ServerListener | null {
    return this.#connections.tryListen(channel, onNotice);
  }
}

/** Said at the start of a connection, it is known in the session only where that is the connection's own. */
export const isDirectColumn = "current_setting('kanbun.is_direct', true) AS is_direct";

function saysDirect(answers: readonly Answer[]): boolean {
  return answers.some(({ rows }) => rows[0]?.is_direct === "1");
}

function requireDirect(answers: readonly Answer[]): readonly Answer[] {
  if (!saysDirect(answers)) throw new OtherSession();
  return answers;
}

/** A pooler stands in between by now. */
class OtherSession extends Error {}

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

/** What is in use in this process, so that its stores share their connections. */
const inUse = new Map<string, { readonly connections: Connections; users: number }>();

/** The server at that place, to be given back by what is returned with it. */
export function useServer(
  place: ServerPlace,
  use: ServerUse = {},
): { readonly server: Server; release(): Promise<void> } {
  const { password: _, ...told } = place;
  const key = JSON.stringify(told);
  const used = inUse.get(key) ?? { connections: new Connections(place), users: 0 };
  used.users += 1;
  inUse.set(key, used);
  let isReleased = false;
  return {
    server: new Server(place, used.connections, use),
    async release() {
      if (isReleased) return;
      isReleased = true;
      used.users -= 1;
      if (used.users > 0) return;
      inUse.delete(key);
      await used.connections.close();
    },
  };
}
