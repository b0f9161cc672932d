import { systemClock } from "../../src/home/session/system-clock.ts";
import { openPostgresBoard } from "../../src/store/postgres/open.ts";
import type { BoardStore } from "../../src/store/store.ts";
import { person } from "../boards/bench-home.ts";
import type { BenchServer } from "../servers/bench-server.ts";
import { crowdBoard } from "./crowd-home.ts";

/** Of tasks that are being made: beyond it the board can't keep up, and the rate is what it can. Not above its connections. */
const underWayMax = 2;

const patienceMs = 60_000;

/** Makes tasks one by one at a steady rate, over connections of its own, as programs do that write to the board. */
export class TaskMaker implements AsyncDisposable {
  readonly #store: BoardStore;
  readonly #body: string;

  private constructor(store: BoardStore, body: string) {
    this.#store = store;
    this.#body = body;
  }

  static async open({ place }: BenchServer, body: string): Promise<TaskMaker> {
    const store = await openPostgresBoard({
      server: place,
      board: crowdBoard,
      clock: systemClock,
      mode: "write",
      // However long the queue of writers is.
      busyTimeoutMs: patienceMs,
      patience: { connectMs: patienceMs, answerMs: patienceMs },
    });
    return new TaskMaker(store, body);
  }

  /** The ids of those that were acknowledged, all of them by when this is through. */
  async make(perS: number, seconds: number): Promise<readonly string[]> {
    const ids: string[] = [];
    const underWay = new Set<Promise<void>>();
    const startedAtMs = performance.now();
    const endsAtMs = startedAtMs + seconds * 1_000;
    for (let made = 0; made < perS * seconds; made += 1) {
      const atMs = startedAtMs + (made * 1_000) / perS;
      await Bun.sleep(Math.max(0, atMs - performance.now()));
      while (underWay.size >= underWayMax) await Promise.race(underWay);
      if (performance.now() > endsAtMs) break;
      const one: Promise<void> = this.#makeOne(made)
        .then((id) => void ids.push(id))
        .finally(() => underWay.delete(one));
      underWay.add(one);
    }
    await Promise.all(underWay);
    await Bun.sleep(Math.max(0, endsAtMs - performance.now()));
    return ids;
  }

  async #makeOne(number: number): Promise<string> {
    const { task } = await this.#store.createTask(
      { title: `task ${number}`, assignee: "shell", body: this.#body },
      person,
    );
    return task.id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store.close();
  }
}
