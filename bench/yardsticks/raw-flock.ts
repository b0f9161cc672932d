import { dlopen } from "bun:ffi";
import { closeSync, constants, openSync } from "node:fs";
import { CannotMeasure } from "../measure.ts";

const exclusiveNow = 2 | 4; // LOCK_EX | LOCK_NB
const unlock = 8;

/** flock(2) by itself, as cheap as it gets from here: open, lock, unlock, close. */
export function rawFlock(): (path: string) => void {
  if (process.platform !== "linux") throw new CannotMeasure("its yardstick is flock(2) of Linux");
  const { symbols } = dlopen("libc.so.6", { flock: { args: ["i32", "i32"], returns: "i32" } });
  return (path) => {
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    if (symbols.flock(fd, exclusiveNow) !== 0) throw new Error(`${path} is locked`);
    symbols.flock(fd, unlock);
    closeSync(fd);
  };
}
