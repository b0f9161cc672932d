import { openSync, readFileSync, writeSync } from "node:fs";
import { type FileLock, tryLockFile } from "../../../native-shims/index.ts";

/**
 * A file that many processes append lines to. Each line is one write on an O_APPEND descriptor, which the kernel puts
 * behind everything written before: the order of the lines is the order of the events, whatever the clocks say.
 */
export class Journal {
  readonly path: string;
  readonly #fd: number;

  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, "a");
  }

  append(...words: readonly (string | number)[]): void {
    using _lock = process.platform === "win32" ? this.#takeTurn() : null;
    writeSync(this.#fd, `${words.join(" ")}\n`);
  }

  /** Under Wine the end of the file is found in one step and written to in another; `race-worker.c` takes turns as well. */
  #takeTurn(): FileLock {
    for (;;) {
      const lock = tryLockFile(`${this.path}.lock`);
      if (lock !== null) return lock;
      // Under Wine a refused attempt costs its server a descriptor for a while.
      Bun.sleepSync(10);
    }
  }

  /** Every line so far, in words. */
  read(): string[][] {
    return readFileSync(this.path, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => line.split(" "));
  }
}
