import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { nowMs, TimePipe } from "../boards/time-pipe.ts";

const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
const done = 2;
const program = join(import.meta.dir, "plainjob-program.ts");

/** One process that takes jobs and marks them as done, one after the other, in plainjob's own settings. */
export class PlainjobWorker {
  readonly database: string;
  readonly #queue: Awaited<ReturnType<typeof openQueue>>;
  readonly #taken: number[] = [];
  readonly #count: number;

  private constructor(database: string, queue: Awaited<ReturnType<typeof openQueue>>, count: number) {
    this.database = database;
    this.#queue = queue;
    this.#count = count;
    for (let made = 0; made < count; made++) queue.add("bench", { made });
  }

  /** With so many jobs to do. */
  static async open(bench: Bench, count: number): Promise<PlainjobWorker> {
    const database = join(bench.makeFolder(), "plainjob.db");
    return new PlainjobWorker(database, await openQueue(database), count);
  }

  readonly takeAndMark = (): void => {
    const job = this.#queue.getAndMarkJobAsProcessing("bench");
    if (job === undefined) throw new Error("plainjob has lost a job");
    this.#taken.push(job.id);
    this.#queue.markJobAsDone(job.id);
  };

  /** @throws when not every job was done exactly once. */
  end(): void {
    const doneCount = this.#queue.countJobs({ status: done });
    this.#queue.close();
    if (new Set(this.#taken).size !== this.#count || doneCount !== this.#count)
      throw new Error("plainjob lost a job, or did one twice");
  }
}

/** Milliseconds from `add` in this process to the first line of the handler in another, as it polls by default. */
export async function plainjobStartsMs(bench: Bench, count: number): Promise<number[]> {
  const path = join(bench.makeFolder(), "plainjob.db");
  const pipe = new TimePipe(bench);
  const queue = await openQueue(path);
  const worker = Bun.spawn([process.execPath, program, path, pipe.path], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
  try {
    await pipe.until(({ words }) => words[0] === "ready");
    const times: number[] = [];
    for (let made = 0; made < count; made++) {
      await Bun.sleep(Math.random() * 1_000);
      const { id } = queue.add("bench", { made });
      const addedAtMs = nowMs();
      const line = await pipe.until(({ words }) => words[0] === String(made));
      if (id !== made + 1) throw new Error("plainjob counts otherwise");
      times.push(line.atMs - addedAtMs);
    }
    if (pipe.lines.length !== count + 1) throw new Error("plainjob did a job twice");
    return times;
  } finally {
    worker.kill("SIGKILL");
    await worker.exited;
    queue.close();
  }
}

async function openQueue(path: string) {
  const { bun, defineQueue } = await import("plainjob");
  return defineQueue({ connection: bun(new Database(path, { strict: true })), logger: silent });
}
