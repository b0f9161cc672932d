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

/** Where each field begins, by its number in the manual page; reused as the buffer is. */
const starts = new Uint16Array(54);
const space = 0x20;

function parseProcessStat(line: Buffer): ProcessStat | null {
  // Behind the LAST parenthesis: the name in front of it may hold spaces, parentheses and whole made-up fields.
  let field = 3;
  let at = line.lastIndexOf(")") + 2;
  starts[field] = at;
  // Byte by byte, without a string for each of fifty fields: this is asked of every worker at every look.
  for (; at < line.length && field < 53; at++) if (line[at] === space) starts[++field] = at + 1;
  if (field <= 22) return null;
  const text = (number: number) =>
    number < field ? line.toString("latin1", starts[number], (starts[number + 1] ?? 0) - 1) : "";
  const [state, threads, memorySize, codeStart] = [text(3), text(20), text(23), text(26)];
  return {
    // A process whose first thread has ended is shown as a zombie while its other threads go on.
    isDead: state === "X" || (state === "Z" && Number(threads) <= 1),
    isKernelThread: (Number(text(9)) & PF_KTHREAD) !== 0,
    groupId: Number(text(5)),
    startTime: text(22),
    // During execve(2) the environment looks empty as well; the start of the code is what the kernel sets after it.
    hasNoEnvironment: memorySize === "0" || (codeStart !== "0" && text(50) === text(51)),
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
