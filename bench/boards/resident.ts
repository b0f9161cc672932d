import { readLockNoteOf } from "../../src/dispatcher/dispatch-lock.ts";
import type { Bench } from "../bench.ts";
import type { BenchHome } from "./bench-home.ts";
import { kanbunCommand, startOn } from "./board-process.ts";

/** A real `kanbun dispatch --watch` on a board; ended by its own graceful stop. */
export class Resident implements AsyncDisposable {
  readonly #child: Bun.Subprocess;

  private constructor(child: Bun.Subprocess) {
    this.#child = child;
  }

  /** Started, and past its first tick. */
  static async start(bench: Bench, board: BenchHome): Promise<Resident> {
    const child = startOn(board, [...kanbunCommand, "dispatch", "--watch"]);
    const resident = new Resident(child);
    bench.defer(() => resident[Symbol.asyncDispose]());
    const lock = board.context.paths.dispatchLock;
    const hasTicked = () => {
      const note = readLockNoteOf(lock);
      return note?.pid === child.pid && note.untilAtMs !== null;
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
