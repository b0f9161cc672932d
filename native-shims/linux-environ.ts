import { closeSync, openSync, readSync } from "node:fs";
import { readProcessStat } from "./linux-proc.ts";

// Grows to the largest environment met (a megabyte or two at the very most) and is used for every process.
let buffer = Buffer.alloc(64 * 1024);

/** Some 20 ms: an execve that takes longer waits for a disk. */
const EXEC_WAITS_MAX = 1000;

/** Empty where it is gone, a zombie, or not for our eyes; valid until the next call. @see `EnvironSource` */
export function readLinuxEnviron(pid: number): Buffer {
  for (let wait = 0; ; wait++) {
    const environ = readOnce(pid);
    if (environ.length > 0 || wait === EXEC_WAITS_MAX) return environ;
    // Empty may mean "just now": a worker that is caught while it replaces itself by another program has no environment.
    if (readProcessStat(pid)?.isBetweenImages !== true) return environ;
  }
}

function readOnce(pid: number): Buffer {
  let end = 1; // byte 0 of the buffer stays 0: every entry, also the first, stands between two NULs
  try {
    const fd = openSync(`/proc/${pid}/environ`, 0);
    try {
      for (;;) {
        const count = readSync(fd, buffer, end, buffer.length - end - 1, null);
        if (count === 0) break;
        end += count;
        if (end === buffer.length - 1) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
      }
    } finally {
      closeSync(fd);
    }
  } catch {
    return buffer.subarray(0, 0);
  }
  buffer[end] = 0;
  return buffer.subarray(0, end === 1 ? 0 : end + 1);
}
