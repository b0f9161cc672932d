import { openSync, readFileSync, readSync, statSync } from "node:fs";
import { isThere } from "./linux-libc.ts";
import { listPids } from "./linux-proc.ts";
import { isInRange, rangeSince } from "./pid-range.ts";
import type { PidMark } from "./process-ref.ts";

/** So many numbers are each asked for; beyond that the whole table is listed, which costs as much as some hundreds of them. */
const FEW = 200;

// /proc/stat has a number for each interrupt of the machine before the one that is looked for.
const text = Buffer.alloc(256 * 1024);
let files: { readonly loadavg: number; readonly stat: number; readonly pidMax: number } | null = null;

/** @see proc_loadavg(5), proc_stat(5) */
export function readLinuxPidMark(): PidMark | null {
  try {
    files ??= openFiles();
    // In this order: forks between the two reads make the mark look older than it is, never younger.
    const forks = Number(/^processes (\d+)$/m.exec(readFrom(files.stat))?.[1]);
    const lastPid = readLastPid(files.loadavg);
    return Number.isInteger(forks) && Number.isInteger(lastPid) ? { forks, lastPid } : null;
  } catch {
    return null;
  }
}

/** @throws where a container shows files of its own in the place of the kernel's: those may be seconds old. */
function openFiles() {
  const device = statSync("/proc/self").dev;
  const open = (path: string) => {
    if (statSync(path).dev !== device) throw new Error(`${path} is not the kernel's own`);
    return openSync(path, "r");
  };
  return {
    loadavg: open("/proc/loadavg"),
    stat: open("/proc/stat"),
    pidMax: Number(readFileSync("/proc/sys/kernel/pid_max", "latin1")),
  };
}

function readLastPid(loadavg: number): number {
  return Number(/(\d+)\n$/.exec(readFrom(loadavg))?.[1]);
}

function readFrom(fd: number): string {
  return text.toString("latin1", 0, readSync(fd, text, 0, text.length, 0));
}

/**
 * Lists, at each call, the processes that may have been started after `since`; among a few there may be numbers of
 * threads. Empty when nothing has been started since the call before.
 */
export function createYoungPidLister(since: PidMark): () => readonly number[] {
  let before: PidMark | null = null;
  return () => {
    // Asked first, at a tenth of the mark's price: nobody gets through all numbers between two looks.
    if (before !== null && files !== null && readLastPid(files.loadavg) === before.lastPid) return [];
    const now = readLinuxPidMark();
    const range = rangeSince(since, now, files?.pidMax ?? 0);
    // Read before the listing: what is started in between is left to the next call, which is told of it.
    before = range === null ? null : now;
    if (range === null) return listPids();
    const count = range.last - range.first + 1;
    return count > 0 && count <= FEW
      ? Array.from({ length: count }, (_, index) => range.first + index).filter(isThere)
      : listPids().filter((pid) => isInRange(pid, range));
  };
}
