import { BoardError } from "../../board/error.ts";
import type { OwnRun } from "../../board/run.ts";
import type { Clock } from "../../system/clock.ts";
import { schemaVersion } from "../sql/schema/schema-version.ts";
import { sqlStore } from "../sql/sql-store.ts";
import { Transactions } from "../sql/transactions.ts";
import type { BoardStore } from "../store.ts";
import { boardHosts } from "./board-hosts.ts";
import { logAsks } from "./log-asks.ts";
import { look, migrate, requireKnown } from "./migrate.ts";
import { channelOf } from "./notice.ts";
import { PostgresEngine } from "./postgres-engine.ts";
import { PostgresNews } from "./postgres-news.ts";
import { type Patience, type Server, useServer } from "./server.ts";
import { type ServerPlace, schemaOf } from "./server-place.ts";
import { takeoverStore } from "./takeover.ts";

export interface OpenOptions {
  readonly server: ServerPlace;
  /** What the board is called there. */
  readonly board: string;
  readonly clock: Clock;
  /**
   * `read` changes nothing and needs no migration; `write` brings an older schema up to date first; `create` makes
   * schema and board if there are none.
   */
  readonly mode: "read" | "write" | "create";
  /** How long a write waits for another writer; milliseconds. */
  readonly busyTimeoutMs?: number;
  /** Called after each transaction that wrote, when it is committed. */
  readonly onCommit?: () => void;
  /** The run in whose environment this is opened: once it is over nothing can be written. */
  readonly within?: OwnRun | null;
  /** False: instants are the clock's, not the server's. */
  readonly isServerTime?: boolean;
  readonly patience?: Partial<Patience>;
  /** Which host dispatches the board by it; default: it is no dispatcher's. */
  readonly dispatcher?: string | null;
}

/**
 * Opens a board on a PostgreSQL server.
 * @throws {BoardError} not_found without a board, newer_board for a schema that a newer Kanbun wrote, unsupported for an older
 *   server or, to read alone, an older schema, unreachable, unwritable
 */
export async function openPostgresBoard(options: OpenOptions): Promise<BoardStore> {
  const { board, clock, isServerTime = true, busyTimeoutMs = 5_000, dispatcher = null } = options;
  const schema = schemaOf(options.server);
  const { server, release } = useServer(
    options.server,
    options.patience === undefined ? {} : { patience: options.patience },
  );
  try {
    const id = await requireBoard(server, schema, options);
    const engine = new PostgresEngine({
      server,
      schema,
      board: id,
      clock,
      isServerTime,
      busyTimeoutMs,
      dispatcher,
    });
    const news = new PostgresNews(server, channelOf(schema, id), {
      ask: () => engine.getVersion(),
      dispatcher,
    });
    const close = async () => {
      news.end();
      await release();
    };
    return {
      ...sqlStore(engine, options),
      news,
      file: null,
      hosts: boardHosts(engine),
      logAsks: logAsks(server, { schema, board: id, engine }),
      takeover: takeoverStore(new Transactions(engine, options), engine),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await release();
    throw error;
  }

  async function requireBoard(on: Server, at: string, { mode }: OpenOptions): Promise<number> {
    const found = await look(on, at, board);
    requireKnown(found, on);
    if (found.board !== null && found.version === schemaVersion) return found.board;
    if (mode !== "create" && (found.version === null || found.board === null)) throw noBoard(on);
    if (mode === "read")
      throw new BoardError("unsupported", `${on.name} has the schema of an older Kanbun`, {
        hint: "any command that writes brings it up to date",
      });
    await migrate(on, at, board);
    const made = await look(on, at, board);
    if (made.board === null) throw noBoard(on);
    return made.board;
  }

  function noBoard(on: Server): BoardError {
    return new BoardError("not_found", `there is no board ${JSON.stringify(board)} on ${on.name}`, {
      hint: `make one with \`kanbun boards create ${board}\``,
    });
  }
}
