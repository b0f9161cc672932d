import { dlopen } from "bun:ffi";
import { closeSync, constants, openSync } from "node:fs";
import { CannotMeasure } from "../measure.ts";

const exclusiveNow = 2 | 4; // LOCK_EX | LOCK_NB
const unlock = 8;

/** flock(2) by itself, as cheap as it gets from here. @see flock(2) */
export class RawFlock implements Disposable {
  readonly #fd: number;
  readonly #flock: (fd: number, operation: number) => number;

  constructor(path: string) {
    if (process.platform !== "linux") throw new CannotMeasure("its yardstick is flock(2) of Linux");
    const { symbols } = dlopen("libc.so.6", { flock: { args: ["i32", "i32"], returns: "i32" } });
    this.#flock = symbols.flock;
    this.#fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  lockAndUnlock(): void {
    if (this.#flock(this.#fd, exclusiveNow) !== 0) throw new Error("it is locked");
    this.#flock(this.#fd, unlock);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
