import type { ServerWebSocket } from "bun";
import packageJson from "../../../package.json" with { type: "json" };
import { BoardError } from "../../board/error.ts";
import { describeError, type Failure } from "../../home/failure.ts";
import { jsonLine } from "../../home/json-document.ts";
import { wait } from "../../system/wait.ts";
import { checkValue } from "../schema/check-value.ts";
import type { WebHome } from "../web-home.ts";
import type { FeedBatch, FeedReader } from "./board-feed.ts";
import type { Feeds } from "./feeds.ts";
import { batchText, type ClientMessage, clientMessages } from "./live-messages.ts";
import { followLog } from "./log-follower.ts";

/** So much may wait to go out to a tab that is slow; the rest is read when there is room, and nothing is left out. */
const bufferedBytesMax = 1 << 20;
const roomMs = 20;
const boardsMax = 200;
const logsMax = 20;

type Socket = ServerWebSocket<LiveSocket>;

/** One tab: the events of the boards that it follows, and the logs of the runs that it looks at. */
export class LiveSocket {
  readonly #web: WebHome;
  readonly #feeds: Feeds;
  readonly #access: "read" | "full";
  readonly #readers = new Map<string, TabReader>();
  readonly #logs = new Map<string, AbortController>();
  #socket: Socket | null = null;

  constructor(web: WebHome, feeds: Feeds, access: "read" | "full") {
    this.#web = web;
    this.#feeds = feeds;
    this.#access = access;
  }

  open(socket: Socket): void {
    this.#socket = socket;
    this.#send({ type: "hello", access: this.#access, version: packageJson.version, atMs: Date.now() });
  }

  async receive(text: string | Buffer): Promise<void> {
    let message: Partial<ClientMessage> | null = null;
    try {
      message = parse(text);
      await this.#handle(checkMessage(message));
    } catch (error) {
      const id = message !== null && "id" in message && typeof message.id === "string" ? message.id : null;
      this.#send({ type: "error", about: String(message?.type ?? ""), id, error: describeError(error) });
    }
  }

  /** There is room again for what waits. */
  drain(): void {
    for (const reader of this.#readers.values()) reader.feed.look();
  }

  close(): void {
    this.#socket = null;
    for (const board of [...this.#readers.keys()]) this.#unfollow(board);
    for (const end of this.#logs.values()) end.abort();
    this.#logs.clear();
  }

  async #handle(message: ClientMessage): Promise<void> {
    switch (message.type) {
      case "follow":
        return this.#follow(message.board, message.after);
      case "unfollow":
        return this.#unfollow(message.board);
      case "log":
        return this.#followLog(message);
      case "unlog":
        return this.#unlog(message.id);
      case "ping":
        return this.#send({ type: "pong", atMs: Date.now() });
    }
  }

  async #follow(board: string, after: number | undefined): Promise<void> {
    const feed = this.#feeds.of(board);
    this.#unfollow(board);
    if (this.#readers.size >= boardsMax) throw tooMany("boards", boardsMax);
    const from = after ?? (await this.#web.board(board).kanbun.lastEventId());
    if (this.#socket === null) return;
    const reader: TabReader = {
      feed,
      position: from,
      isReady: () => this.#hasRoom,
      give: (batch) => this.#sendText(batchText(batch)),
      reset: (lastId) => this.#send({ type: "reset", board, lastId }),
      fail: (failure) => this.#send({ type: "trouble", board, error: failure }),
    };
    this.#readers.set(board, reader);
    this.#send({ type: "following", board, after: from });
    feed.add(reader);
  }

  #unfollow(board: string): void {
    const reader = this.#readers.get(board);
    reader?.feed.remove(reader);
    this.#readers.delete(board);
  }

  /** Returns when it has begun: a tab may look at several. */
  async #followLog({
    id,
    board,
    task_id,
    run_id,
    offset = 0,
  }: ClientMessage & { type: "log" }): Promise<void> {
    this.#unlog(id);
    if (this.#logs.size >= logsMax) throw tooMany("logs", logsMax);
    const of = this.#web.board(board);
    const end = new AbortController();
    this.#logs.set(id, end);
    void this.#tell(id, followLog(of, { task: task_id, run: run_id, offset }, end.signal), end).catch(
      (error) => {
        if (!end.signal.aborted) this.#send({ type: "error", about: "log", id, error: describeError(error) });
      },
    );
  }

  async #tell(id: string, news: ReturnType<typeof followLog>, end: AbortController): Promise<void> {
    try {
      for await (const { kind, ...part } of news) {
        if (end.signal.aborted) return;
        this.#send({ type: kind === "text" ? "log" : `log_${kind}`, id, ...part });
        while (!this.#hasRoom && !end.signal.aborted) await wait(roomMs, end.signal);
      }
    } finally {
      if (this.#logs.get(id) === end) this.#logs.delete(id);
    }
  }

  #unlog(id: string): void {
    this.#logs.get(id)?.abort();
    this.#logs.delete(id);
  }

  get #hasRoom(): boolean {
    return this.#socket !== null && this.#socket.getBufferedAmount() < bufferedBytesMax;
  }

  #send(message: { readonly type: string; readonly error?: Failure; readonly [key: string]: unknown }): void {
    this.#sendText(jsonLine(message));
  }

  #sendText(text: string): void {
    this.#socket?.send(text);
  }
}

interface TabReader extends FeedReader {
  readonly feed: ReturnType<Feeds["of"]>;
  give(batch: FeedBatch): void;
}

function parse(text: string | Buffer): Partial<ClientMessage> {
  try {
    const message: unknown = JSON.parse(text.toString());
    if (typeof message === "object" && message !== null) return message;
  } catch {
    // It is answered below, as what is JSON and no object.
  }
  throw new BoardError("usage", "this is no JSON object");
}

function checkMessage(message: Partial<ClientMessage>): ClientMessage {
  const { type } = message;
  if (type === undefined || !Object.hasOwn(clientMessages, type))
    throw new BoardError("usage", "the message has no type that is known", {
      hint: `there are ${Object.keys(clientMessages).join(", ")}`,
    });
  return checkValue(clientMessages[type], message, "the message") as ClientMessage;
}

function tooMany(what: string, max: number): BoardError {
  return new BoardError("usage", `one connection follows at most ${max} ${what}`);
}
