import { openSync, readFileSync, readSync } from "node:fs";
import { listPids } from "./linux-proc.ts";
import type { PidMark } from "./process-ref.ts";

/** Beyond this part of all numbers they may have come round: then a pid says nothing of its age any more. */
const TRUSTED_PART = 1 / 4;

const text = Buffer.alloc(16 * 1024);
let files: { readonly loadavg: number; readonly stat: number; readonly pidMax: number } | null = null;

/** @see proc_loadavg(5), proc_stat(5) */
export function readLinuxPidMark(): PidMark | null {
  try {
    files ??= {
      loadavg: openSync("/proc/loadavg", "r"),
      stat: openSync("/proc/stat", "r"),
      pidMax: Number(readFileSync("/proc/sys/kernel/pid_max", "latin1")),
    };
    // In this order: forks between the two reads make the mark look older than it is, never younger.
    const forks = Number(/^processes (\d+)$/m.exec(readFrom(files.stat))?.[1]);
    const lastPid = Number(/(\d+)\n$/.exec(readFrom(files.loadavg))?.[1]);
    return Number.isInteger(forks) && Number.isInteger(lastPid) ? { forks, lastPid } : null;
  } catch {
    return null;
  }
}

function readFrom(fd: number): string {
  return text.toString("latin1", 0, readSync(fd, text, 0, text.length, 0));
}

/**
 * Lists, at each call, the processes that may have been started after `since`. Empty when nothing has been started since
 * the call before, which costs no look at the table.
 */
export function createYoungPidLister(since: PidMark): () => readonly number[] {
  let before: PidMark | null = null;
  return () => {
    const now = readLinuxPidMark();
    if (before !== null && now?.forks === before.forks) return [];
    // Read before the listing: what is started in between is left to the next call, which is told of it.
    before = now;
    return selectStartedSince(listPids(), since, { now, pidMax: files?.pidMax ?? 0 });
  };
}

/**
 * Those of `pids` that may have been started after `since`; all of them when it can't be told any more. The kernel gives
 * numbers away in a circle, and counts how many it has given.
 */
export function selectStartedSince(
  pids: readonly number[],
  since: PidMark,
  { now, pidMax }: { readonly now: PidMark | null; readonly pidMax: number },
): readonly number[] {
  if (now === null || now.forks - since.forks > pidMax * TRUSTED_PART) return pids;
  const hasComeRound = now.lastPid < since.lastPid;
  return pids.filter((pid) => pid > since.lastPid || (hasComeRound && pid <= now.lastPid));
}
