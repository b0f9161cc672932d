import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { startShim } from "../boards/shim-start.ts";

/** The product's start shim around a command, and nothing else: no board, no claim, no record. */
export class BareShims {
  readonly #folders: string[] = [];

  /** With all the run folders that will be needed made beforehand. */
  constructor(bench: Bench, count: number) {
    const runs = bench.makeFolder();
    for (let run = 1; run <= count; run++) {
      const folder = join(runs, String(run));
      mkdirSync(folder);
      this.#folders.push(folder);
    }
  }

  /** Resolves when the shim has ended, and its command with it; its exit code. */
  start(command: readonly string[]): Promise<number> {
    const runFolder = this.#folders.pop();
    if (runFolder === undefined) throw new Error("there are no run folders left");
    const logFd = openSync(join(runFolder, "output.log"), "a", 0o600);
    const env = { PATH: process.env.PATH ?? "", KANBUN_TOKEN: "bare" };
    const tree = startShim({ runFolder, command, env, logFd });
    const { promise, resolve } = Promise.withResolvers<number>();
    tree.onChange(() => {
      const state = tree.state();
      if (typeof state === "object") resolve(state.exitCode ?? -1);
    });
    return promise;
  }

  /** Runs `command` until no folder is left, so many at once. */
  async runAll(command: (index: number) => readonly string[], atOnce: number): Promise<void> {
    let index = 0;
    const lane = async () => {
      while (this.#folders.length > 0) await this.start(command(index++));
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }
}
