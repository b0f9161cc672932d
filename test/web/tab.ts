import { eventually } from "../support/eventually.ts";
import type { WebServer } from "./web-server.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test looks into messages whose shape is what it tests.
type Message = any;

/** One live connection, and all that it was told. */
export class Tab implements Disposable {
  readonly said: Message[] = [];
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.said.push(JSON.parse(String(data))));
  }

  static async open(web: WebServer, token = web.tokens.full): Promise<Tab> {
    const url = `${web.served.url.replace("http", "ws")}api/v1/live`;
    const tab = new Tab(new WebSocket(url, { headers: { Authorization: `Bearer ${token}` } } as never));
    await tab.told("hello");
    return tab;
  }

  say(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** The first message of a type that fits. */
  told(type: string, fits: (message: Message) => boolean = () => true): Promise<Message> {
    return eventually(`a message ${type}`, () => this.said.find((one) => one.type === type && fits(one)));
  }

  /** All events that it was told, in the order in which they came. */
  get events(): Message[] {
    return this.said.filter(({ type }) => type === "events").flatMap(({ events }) => events);
  }

  /** What it was told of a log. */
  textOf(id: string): string {
    return this.said
      .filter((one) => one.type === "log" && one.id === id)
      .map(({ text }) => text)
      .join("");
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
