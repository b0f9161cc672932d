import { systemClock } from "../../src/home/session/system-clock.ts";
import { openPostgresBoard } from "../../src/store/postgres/open.ts";
import type { BoardStore } from "../../src/store/store.ts";
import { person } from "../boards/bench-home.ts";
import type { BenchServer } from "./bench-server.ts";

const patienceMs = 60_000;

/** A board of a server, which several programs of the bench have open. */
export class ServerBoard implements AsyncDisposable {
  readonly name: string;
  readonly #server: BenchServer;
  readonly #stores: BoardStore[] = [];

  private constructor(server: BenchServer, name: string) {
    this.#server = server;
    this.name = name;
  }

  /** A fresh one, with `count` tasks that are ready. */
  static async make(server: BenchServer, count: number): Promise<ServerBoard> {
    const board = new ServerBoard(server, `bench-${crypto.randomUUID().slice(0, 8)}`);
    await using store = await board.#open("create", server.place.host);
    const tasks = Array.from({ length: count }, (_, made) => ({
      title: `Task ${made}`,
      assignee: "shell",
      body: "true",
    }));
    await store.createTasks({ tasks }, person);
    return board;
  }

  /** Opened once more, over connections that no one shares with it; closed with the board. */
  async open(): Promise<BoardStore> {
    const store = await this.#open("write", this.#server.makeWay());
    this.#stores.push(store);
    return store;
  }

  /** @throws when not exactly `count` tasks are done, by one run each */
  requireDone(count: number): Promise<void> {
    return this.#server.requireOneRunEach(this.name, count);
  }

  #open(mode: "create" | "write", host: string): Promise<BoardStore> {
    return openPostgresBoard({
      server: { ...this.#server.place, host },
      board: this.name,
      clock: systemClock,
      mode,
      // However long the queue of writers is.
      busyTimeoutMs: patienceMs,
      patience: { connectMs: patienceMs, answerMs: patienceMs },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const store of this.#stores.splice(0)) await store.close();
  }
}
