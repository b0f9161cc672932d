import { BoardError } from "../board/error.ts";
import type { TickReport } from "../dispatcher/report/report.ts";
import type { Home } from "../home/session/home.ts";
import { systemErrorCode } from "../system/system-error.ts";
import type { LiveSocket } from "./live/live-socket.ts";
import { requestBytesMax } from "./safety/request-body.ts";
import { readTokens } from "./safety/tokens.ts";
import { WebHandler } from "./web-handler.ts";

/** The default port, so that bookmarks keep working. */
const defaultPort = 4280;

export interface ServeOptions {
  /** Default: 4280, or any other where that is taken; 0: any. */
  readonly port?: number | undefined;
  /** Default: this machine alone. */
  readonly host?: string | undefined;
  /** Further names by which it may be called. */
  readonly allowHosts?: readonly string[] | undefined;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly isReadOnly?: boolean | undefined;
  /** True when the caller dispatches in this process too. */
  readonly isDispatching?: boolean | undefined;
  /** What answers at /mcp; default: nothing does. */
  readonly mcp?: ((request: Request) => Promise<Response>) | undefined;
}

export interface Served {
  /** Without the token. */
  readonly url: string;
  readonly token: string;
  /** Others than this machine can reach it, and read what is sent. */
  readonly isOpenToOthers: boolean;
  /** A tick that this process has made besides; for /metrics. */
  noteTick(report: TickReport): void;
  /** Ends all connections. */
  stop(): Promise<void>;
}

/**
 * Serves a home over HTTP until it is stopped.
 * @throws {BoardError} not_found without a board, conflict for a port that is taken, usage for an address that is none of this
 *   machine's, unwritable for tokens that are no secret
 */
export async function serveHome(home: Home, options: ServeOptions = {}): Promise<Served> {
  const {
    host = "127.0.0.1",
    tls,
    isReadOnly = false,
    isDispatching = false,
    allowHosts = [],
    mcp,
  } = options;
  await using _session = await home.open("read");
  const tokens = readTokens(home.place.home);
  const isLoopback = isLoopbackName(host);
  const handler = await WebHandler.of(home, {
    tokens,
    isReadOnly,
    isDispatching,
    mcp,
    hosts: { isLoopback, names: isLoopback ? allowHosts : [host, ...allowHosts] },
  });
  const server = listen({ host, port: options.port }, (port) =>
    Bun.serve<LiveSocket>({
      hostname: host,
      port,
      fetch: handler.fetch,
      websocket: handler.websocket,
      // What is larger is answered by us, in words, as far as it says its size; this ends the rest.
      maxRequestBodySize: 4 * requestBytesMax,
      ...(tls === undefined ? {} : { tls: { cert: Bun.file(tls.cert), key: Bun.file(tls.key) } }),
    }),
  );
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    url: `${tls === undefined ? "http" : "https"}://${name}:${server.port}/`,
    token: isReadOnly ? tokens.read : tokens.full,
    isOpenToOthers: !isLoopback && tls === undefined,
    noteTick: (report) => handler.noteTick(report),
    stop: () => server.stop(true),
  };
}

/** @throws {BoardError} conflict for a port that was named and is taken, usage for an address that can't be listened at */
function listen<Listening>(
  { host, port }: { readonly host: string; readonly port: number | undefined },
  at: (port: number) => Listening,
): Listening {
  try {
    return at(port ?? defaultPort);
  } catch (error) {
    const code = systemErrorCode(error);
    if (port === undefined && code === "EADDRINUSE") return listen({ host, port: 0 }, at);
    throw explain(error, code, { host, port: port ?? defaultPort });
  }
}

function explain(
  error: unknown,
  code: string | null,
  { host, port }: { host: string; port: number },
): unknown {
  if (code === "EADDRINUSE" && port !== 0)
    return new BoardError("conflict", `port ${port} is taken`, {
      hint: "name another with --port; 0 takes any",
    });
  if (code === "EACCES")
    return new BoardError("usage", `this user may not listen at port ${port}`, {
      hint: "name one from 1024 on with --port; 0 takes any",
    });
  // A name that no one knows is told in either of these ways.
  if (code === "EADDRNOTAVAIL" || code === "EINVAL" || code === "EADDRINUSE")
    return new BoardError("usage", `this machine has no address ${JSON.stringify(host)}`, {
      hint: "use 127.0.0.1 for this machine alone, 0.0.0.0 for all of its addresses",
    });
  return error;
}

function isLoopbackName(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
