import { Home } from "../../src/home/session/home.ts";
import type { BoardStore } from "../../src/store/store.ts";
import { readTokens } from "../../src/web/safety/tokens.ts";
import { type Served, type ServeOptions, serveHome } from "../../src/web/serve.ts";
import { kanbunCommand, makeTestBoard, person } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";

/** What a program sees that asks over HTTP. */
export interface WebAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into documents whose shape is what it tests.
  readonly data: any;
  readonly error: { readonly kind: string; readonly message: string; readonly hint: string | null } | null;
}

interface Ask {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string | null;
}

/** A board of its own, served by this process. */
export class WebServer implements AsyncDisposable {
  readonly home: string;
  readonly store: BoardStore;
  readonly served: Served;
  readonly tokens: { readonly full: string; readonly read: string };

  private constructor(home: string, store: BoardStore, served: Served) {
    this.home = home;
    this.store = store;
    this.served = served;
    this.tokens = readTokens(home);
  }

  static async start(options: ServeOptions = {}): Promise<WebServer> {
    const { home, store } = await makeTestBoard();
    const of = new Home({ home, as: "tester", kanbun: () => kanbunCommand }, { PATH: process.env.PATH });
    return new WebServer(home, store, await serveHome(of, { port: 0, ...options }));
  }

  /** Makes a task without a request; its id. */
  async make(title: string, body: string | null = null): Promise<string> {
    const assignee = body === null ? null : "shell";
    return (await this.store.createTask({ title, body, assignee }, person)).task.id;
  }

  /** Ticks until the task is done. */
  async finish(task: string): Promise<void> {
    await eventually(`${task} is done`, async () => {
      await this.ask("POST", "/boards/default/dispatch", { body: {} });
      return (await this.store.requireTask(task)).status === "done";
    });
  }

  /** @param path below /api/v1 */
  async fetch(method: string, path: string, { body, headers = {}, token = this.tokens.full }: Ask = {}) {
    return fetch(`${this.served.url}api/v1${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async ask(method: string, path: string, how: Ask = {}): Promise<WebAnswer> {
    const answer = await this.fetch(method, path, how);
    const document = (await answer.json()) as Partial<WebAnswer>;
    return { status: answer.status, data: document.data ?? null, error: document.error ?? null };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.served.stop();
    this.store.close();
  }
}
