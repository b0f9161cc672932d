import { closeSync, openSync, readSync } from "node:fs";
import { throwIfShort } from "../process/shortage.ts";
import { yieldProcessor } from "./libc.ts";
import { readProcessStat } from "./proc.ts";

// Grows to the largest environment met (a megabyte or two at the very most) and is used for every process.
let buffer = Buffer.alloc(64 * 1024);

/** Looks between which only our turn is given away, before each further one is preceded by a millisecond's sleep. */
const EAGER_LOOKS = 20;
const SLEEPS_MAX = 1000;

/**
 * Reads one environment after the other for one search, which as a whole waits a second at most for processes that are
 * in the middle of execve(2). Empty where the process is gone, a zombie, or not for our eyes; valid until the next call.
 * @see `EnvironSource`
 */
export function createEnvironReader(): (pid: number) => Buffer {
  let sleepsLeft = SLEEPS_MAX;
  return (pid) => {
    for (let look = 1; ; look++) {
      const environ = readOnce(pid);
      if (environ === null) break;
      if (environ.length > 0) return environ;
      // Empty may mean "just now": a process that is caught replacing itself by another program shows no environment.
      if (readProcessStat(pid)?.hasNoEnvironment !== false || sleepsLeft === 0) break;
      // On a busy machine it waits for a processor, which we hold.
      if (look <= EAGER_LOOKS) {
        yieldProcessor();
      } else {
        Bun.sleepSync(1);
        sleepsLeft--;
      }
    }
    return buffer.subarray(0, 0);
  };
}

/** null: not to be read. */
function readOnce(pid: number): Buffer | null {
  let end = 1; // byte 0 of the buffer stays 0: every entry, also the first, stands between two NULs
  try {
    const fd = openSync(`/proc/${pid}/environ`, 0);
    try {
      for (;;) {
        const room = buffer.length - end - 1;
        const count = readSync(fd, buffer, end, room, null);
        end += count;
        // All that there is comes at once, as far as there is room for it.
        if (count < room) break;
        buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
      }
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throwIfShort(error); // else it is gone, or not for our eyes: null says so
    return null;
  }
  buffer[end] = 0;
  return buffer.subarray(0, end === 1 ? 0 : end + 1);
}

/**
 * The value of one variable that a process was started with; null where it has none. undefined where it can't be read: it is gone, a
 * zombie, or not for our eyes.
 */
export function readLinuxEnv(pid: number, name: string): string | null | undefined {
  const environ = readOnce(pid);
  if (environ === null || environ.length === 0) return undefined;
  const head = `\0${name}=`;
  const at = environ.indexOf(head);
  if (at === -1) return null;
  const start = at + Buffer.byteLength(head);
  return environ.toString("utf8", start, environ.indexOf(0, start));
}

/** Whether there is an environment that we are not allowed to read. */
export function isEnvironHidden(pid: number): boolean {
  try {
    closeSync(openSync(`/proc/${pid}/environ`, 0));
    return false;
  } catch (error) {
    return ["EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "");
  }
}
