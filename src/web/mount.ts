import type { Server, WebSocketHandler } from "bun";
import { BoardError } from "../board/error.ts";
import { type ImportedHomeOptions, importedHome } from "../home/session/imported-home.ts";
import type { LiveSocket } from "./live/live-socket.ts";
import { WebHandler } from "./web-handler.ts";

export interface MountOptions extends ImportedHomeOptions {
  /** Who may do what; null: refused. Called for each request that needs more than the page. */
  readonly authorize: (request: Request) => "read" | "full" | null;
  /** By which names the server is called, beside those of this machine: what is sent to another one is refused. */
  readonly names?: readonly string[];
  /** No one may change anything, whatever `authorize` says. */
  readonly isReadOnly?: boolean;
}

/** What an own server hands its requests to. */
export interface MountedWeb {
  /** Answers all paths below /api/v1, /healthz, /metrics, / and /b/. @param server where there is to be a live connection */
  readonly fetch: (request: Request, server?: Server<LiveSocket>) => Promise<Response | undefined>;
  /** For `Bun.serve`, beside `fetch`. */
  readonly websocket: WebSocketHandler<LiveSocket>;
}

/**
 * The page and the API of a home, for a server of one's own: nothing listens, and nothing is held open between two requests.
 * @param path as for `openHome`
 * @throws {BoardError} not_found without a board; usage inside a worker: every request would act as that worker
 */
export async function mountWeb(path: string | undefined, options: MountOptions): Promise<MountedWeb> {
  const { env = process.env, authorize, names = [], isReadOnly = false } = options;
  if (env.KANBUN_TOKEN) throw new BoardError("usage", "a worker serves no board");
  const home = importedHome(path, options);
  await using _session = await home.open("read");
  const gate = { tokens: null, isReadOnly, isDispatching: false, hosts: { isLoopback: true, names } };
  const { fetch, websocket } = await WebHandler.of(home, { ...gate, authorize });
  return { fetch, websocket };
}
