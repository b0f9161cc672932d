import type { Server, WebSocketHandler } from "bun";
import type { TickReport } from "../dispatcher/report/report.ts";
import type { Home } from "../home/session/home.ts";
import { dataAnswer, errorAnswer } from "./api/answer.ts";
import { openApi } from "./api/openapi.ts";
import { readQuery } from "./api/query.ts";
import type { Call, Gate, Route } from "./api/route.ts";
import { findRoute } from "./api/routes.ts";
import { Feeds } from "./live/feeds.ts";
import { LiveSocket } from "./live/live-socket.ts";
import { renderMetrics } from "./metrics.ts";
import { pageAnswer } from "./page-answer.ts";
import { readAccess, requireAccess } from "./safety/access.ts";
import { withSafeHeaders } from "./safety/headers.ts";
import { type HostRule, requireOwnOrigin } from "./safety/origin.ts";
import { Refusal } from "./safety/refusal.ts";
import { readJsonBody } from "./safety/request-body.ts";
import { checkValue } from "./schema/check-value.ts";
import { TickCounts } from "./tick-counts.ts";
import { WebHome } from "./web-home.ts";

const root = "/api/v1";
const socketsMax = 500;

export interface WebOptions extends Gate {
  readonly hosts: HostRule;
  /** Called where there are no tokens: who is let in; default: no one. */
  readonly authorize?: (request: Request) => "read" | "full" | null;
  /** Answers at /mcp those who may change everything. */
  readonly mcp?: ((request: Request) => Promise<Response>) | undefined;
}

/** The page, the API and the live connection of a home, for `Bun.serve` or for a server of one's own. */
export class WebHandler {
  readonly #web: WebHome;
  readonly #feeds: Feeds;
  readonly #options: WebOptions;
  readonly #ticks = new TickCounts();
  #sockets = 0;

  private constructor(web: WebHome, options: WebOptions) {
    this.#web = web;
    this.#feeds = new Feeds(web);
    this.#options = options;
  }

  static async of(home: Home, options: WebOptions): Promise<WebHandler> {
    return new WebHandler(await WebHome.of(home), options);
  }

  /**
   * Answers a request. Never throws.
   * @param server where the request came in: without it there is no live connection, and what lasts may be cut by it
   */
  readonly fetch = async (request: Request, server?: Server<LiveSocket>): Promise<Response | undefined> => {
    // Without a Host there is no address.
    const pathname = URL.parse(request.url)?.pathname ?? "";
    const isPage = !pathname.startsWith("/api/");
    try {
      requireOwnOrigin(request, this.#options.hosts);
      if (pathname === "/healthz") return withSafeHeaders(dataAnswer({ status: "ok" }), "data");
      if (pathname === "/mcp") return withSafeHeaders(await this.#askMcp(request, server), "data");
      if (pathname === "/metrics") return withSafeHeaders(await this.#metrics(request), "data");
      if (pathname === `${root}/live`) return this.#upgrade(request, server);
      const answer = pathname.startsWith("/api/")
        ? await this.#answer(request, pathname, server)
        : await pageAnswer(request, pathname);
      return withSafeHeaders(answer, isPage ? "page" : "data");
    } catch (error) {
      return withSafeHeaders(errorAnswer(error), "data");
    }
  };

  /** A tick that this process has made is counted among the server's own. */
  noteTick(report: TickReport): void {
    this.#ticks.note(report);
  }

  readonly websocket: WebSocketHandler<LiveSocket> = {
    maxPayloadLength: 64 * 1024,
    open: (socket) => socket.data.open(socket),
    message: (socket, text) => void socket.data.receive(text),
    drain: (socket) => socket.data.drain(),
    close: (socket) => {
      this.#sockets -= 1;
      socket.data.close();
    },
  };

  async #answer(
    request: Request,
    pathname: string,
    server: Server<LiveSocket> | undefined,
  ): Promise<Response> {
    if (pathname === `${root}/openapi.json`) return Response.json(openApi());
    const found = pathname.startsWith(`${root}/`)
      ? findRoute(request.method, pathname.slice(root.length))
      : [];
    if (!("route" in found)) throw notServed(request, pathname, found);
    const { route, params } = found;
    const access = this.#access(request);
    requireAccess(route.access, access);
    const call: Call<unknown, unknown> = {
      web: this.#web,
      feeds: this.#feeds,
      ticks: this.#ticks,
      gate: this.#options,
      access,
      request,
      params,
      query: readQuery(route.query, new URL(request.url).searchParams),
      body: await readBody(route, request),
    };
    // A log that is followed, or a worker that takes its time to end.
    server?.timeout(request, 0);
    const data = await route.handle(call as Call<never, never>);
    if (route.access === "full") this.#feeds.noteChange(params.board ?? "");
    return data instanceof Response ? data : dataAnswer(data, route.status);
  }

  #askMcp(request: Request, server: Server<LiveSocket> | undefined): Promise<Response> {
    const { mcp } = this.#options;
    if (mcp === undefined) throw notServed(request, "/mcp", []);
    requireAccess("full", this.#access(request));
    // A tool may wait for a task, and what is listened to lasts.
    server?.timeout(request, 0);
    return mcp(request);
  }

  async #metrics(request: Request): Promise<Response> {
    requireAccess("read", this.#access(request));
    const type = "text/plain; version=0.0.4; charset=utf-8";
    return new Response(await renderMetrics(this.#web, this.#ticks, Date.now()), {
      headers: { "Content-Type": type },
    });
  }

  #upgrade(request: Request, server: Server<LiveSocket> | undefined): Response | undefined {
    const access = this.#access(request);
    requireAccess("read", access);
    if (server === undefined)
      throw new Refusal(501, "usage", "this server has no live connection", "follow events/stream instead");
    if (this.#sockets >= socketsMax)
      throw new Refusal(503, "usage", `there are ${socketsMax} live connections already`);
    const data = new LiveSocket(this.#web, this.#feeds, access ?? "read");
    if (!server.upgrade(request, { data }))
      throw new Refusal(426, "usage", "this is a WebSocket", "ask for an upgrade to it");
    this.#sockets += 1;
    return undefined;
  }

  #access(request: Request): "read" | "full" | null {
    const { tokens, authorize, isReadOnly } = this.#options;
    const access = tokens === null ? (authorize?.(request) ?? null) : readAccess(request, tokens);
    return access === "full" && isReadOnly ? "read" : access;
  }
}

async function readBody({ method, body, takesBytes }: Route, request: Request): Promise<unknown> {
  if (method === "GET" || takesBytes) return {};
  return checkValue(body ?? noBody, await readJsonBody(request), "the body");
}

const noBody = { type: "object", properties: {}, additionalProperties: false } as const;

function notServed(request: Request, pathname: string, methods: readonly string[]): Refusal {
  if (methods.length === 0)
    return new Refusal(
      404,
      "not_found",
      `${pathname.slice(0, 200)} is not served`,
      `see ${root}/openapi.json`,
    );
  return new Refusal(405, "usage", `${request.method} is not served there; ${methods.join(", ")} is`);
}
