import { resolve } from "node:path";
import { readLockNoteOf } from "../../src/dispatcher/dispatch-lock.ts";
import type { Bench } from "../bench.ts";
import type { BenchHome } from "./bench-home.ts";

/** How the command line is run, as a process of its own. */
export const kanbunCommand: readonly string[] = [
  process.execPath,
  resolve(import.meta.dir, "../../src/cli/main.ts"),
];

/** Nothing of the caller's but where programs are: it may be a worker itself. */
export function environmentOf({ home }: BenchHome): Record<string, string | undefined> {
  return { PATH: process.env.PATH, HOME: home, KANBUN_HOME: home };
}

/** A real `kanbun dispatch --watch` on a board; ended by its own graceful stop. */
export class Resident implements AsyncDisposable {
  readonly #child: Bun.Subprocess;

  private constructor(child: Bun.Subprocess) {
    this.#child = child;
  }

  /** Started, and past its first tick. */
  static async start(bench: Bench, board: BenchHome): Promise<Resident> {
    const child = Bun.spawn([...kanbunCommand, "dispatch", "--watch"], {
      env: environmentOf(board),
      stdin: "ignore",
      stdout: "ignore",
      stderr: "inherit",
    });
    const resident = new Resident(child);
    bench.defer(() => resident[Symbol.asyncDispose]());
    const lock = board.context.paths.dispatchLock;
    const hasTicked = () => {
      const note = readLockNoteOf(lock);
      return note?.pid === child.pid && note.untilMs !== null;
    };
    while (!hasTicked()) {
      if (child.exitCode !== null) throw new Error(`the resident ended with ${child.exitCode}`);
      await Bun.sleep(5);
    }
    return resident;
  }

  get pid(): number {
    return this.#child.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.exited;
  }
}
