import { closeSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import { PF_KTHREAD } from "./constants.ts";

/** What the one line of /proc/<pid>/stat says. */
export interface ProcessStat {
  /** A part of the kernel, without memory or environment of its own. */
  readonly isKernelThread: boolean;
  readonly isDead: boolean;
  readonly groupId: number;
  /** clock ticks since boot */
  readonly startTime: string;
  /** It was started without any environment; or it has no memory that could hold one (a kernel thread, a zombie). */
  readonly hasNoEnvironment: boolean;
}

/** false where /proc is not mounted, or is that of another pid namespace, where our numbers are other processes. */
export const isProcOurs = readOwnPid() === String(process.pid);

function readOwnPid(): string {
  try {
    return readlinkSync("/proc/self");
  } catch {
    return "";
  }
}

// Longer than any stat line: a name of at most 64 bytes and 51 numbers. One for all calls, none of which waits.
const buffer = Buffer.allocUnsafe(4096);

/** null: no such process, or not for our eyes. @see proc_pid_stat(5) */
export function readProcessStat(pid: number): ProcessStat | null {
  if (!isProcOurs) return null;
  let length: number;
  try {
    const fd = openSync(`/proc/${pid}/stat`, 0);
    try {
      length = readSync(fd, buffer, 0, buffer.length, null);
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
  return parseProcessStat(buffer.subarray(0, length));
}

function parseProcessStat(line: Buffer): ProcessStat | null {
  // Behind the LAST parenthesis: the name in front of it may hold spaces, parentheses and whole made-up fields.
  // What is left starts with field 3 of the manual page.
  const fields = line.toString("latin1", line.lastIndexOf(")") + 2).split(" ");
  const [state, groupId, flags, threads, startTime] = [
    fields[0],
    fields[2],
    fields[6],
    fields[17],
    fields[19],
  ];
  const [memorySize, codeStart, environStart, environEnd] = [fields[20], fields[23], fields[47], fields[48]];
  if (state === undefined || groupId === undefined || startTime === undefined) return null;
  return {
    // A process whose first thread has ended is shown as a zombie while its other threads go on.
    isDead: state === "X" || (state === "Z" && Number(threads) <= 1),
    isKernelThread: (Number(flags) & PF_KTHREAD) !== 0,
    groupId: Number(groupId),
    startTime,
    // During execve(2) the environment looks empty as well; the start of the code is what the kernel sets after it.
    hasNoEnvironment: memorySize === "0" || (codeStart !== "0" && environStart === environEnd),
  };
}

/** Every process there is, zombies and kernel threads among them. */
export function listPids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

/** No table of pids is gone through within this time: what was a kernel thread at its begin is not a process at its end. */
const kernelThreadsForMs = 1_000;
let kernelThreads = new Set<number>();
let kernelThreadsSinceMs = Number.NEGATIVE_INFINITY;

/** Every process but those that are known to be kernel threads, which are two of three on many machines. */
export function listUserPids(): number[] {
  if (performance.now() - kernelThreadsSinceMs > kernelThreadsForMs) {
    kernelThreadsSinceMs = performance.now();
    kernelThreads = new Set(listPids().filter((pid) => readProcessStat(pid)?.isKernelThread));
  }
  return listPids().filter((pid) => !kernelThreads.has(pid));
}
