import { closeSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import { throwIfShort } from "../process/shortage.ts";

/** What the one line of /proc/<pid>/stat says. */
export interface ProcessStat {
  /** The program's name, at most 15 bytes. */
  readonly name: string;
  readonly isDead: boolean;
  readonly isStopped: boolean;
  readonly parentId: number;
  readonly sessionId: number;
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
    return ""; // it isn't mounted
  }
}

// Longer than any stat line: a name of at most 64 bytes and 51 numbers. One for all calls, none of which waits.
const buffer = Buffer.allocUnsafe(4096);

/** null: no such process, or not for our eyes. @see proc_pid_stat(5) */
export function readProcessStat(pid: number): ProcessStat | null {
  const line = readStatLine(pid);
  if (line === null || findFields(line, 53) <= 22) return null;
  const [memorySize, codeStart] = [textOf(line, 23), textOf(line, 26)];
  return {
    name: line.toString("utf8", line.indexOf("(") + 1, line.lastIndexOf(")")),
    isDead: isDead(line),
    isStopped: line[starts[3] ?? 0] === stateT,
    parentId: Number(textOf(line, 4)),
    sessionId: Number(textOf(line, 6)),
    startTime: textOf(line, 22),
    // During execve(2) the environment looks empty as well; the start of the code is what the kernel sets after it.
    hasNoEnvironment: memorySize === "0" || (codeStart !== "0" && textOf(line, 50) === textOf(line, 51)),
  };
}

/** What is asked of every worker at every look; null as above, a start time of "" for one that is dead. */
export function readLife(pid: number): { readonly startTime: string; readonly isStopped: boolean } | null {
  const line = readStatLine(pid);
  if (line === null || findFields(line, 23) <= 22) return null;
  return { startTime: isDead(line) ? "" : textOf(line, 22), isStopped: line[starts[3] ?? 0] === stateT };
}

function readStatLine(pid: number): Buffer | null {
  if (!isProcOurs) return null;
  try {
    const fd = openSync(`/proc/${pid}/stat`, 0);
    try {
      return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, null));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throwIfShort(error); // else it is gone, or hidden: null says so
    return null;
  }
}

/** Where each field begins, by its number in the manual page, and what comes behind the last; reused as the buffer is. */
const starts = new Uint16Array(54);
const [space, stateT, stateX, stateZ] = [0x20, 0x54, 0x58, 0x5a];

/** Byte by byte, without a string for each of fifty fields. The number of the last field that was found, at most `last`. */
function findFields(line: Buffer, last: number): number {
  // Behind the LAST parenthesis: the name in front of it may hold spaces, parentheses and whole made-up fields.
  let field = 3;
  let at = line.lastIndexOf(")") + 2;
  starts.fill(0);
  starts[field] = at;
  for (; at < line.length && field < last; at++) if (line[at] === space) starts[++field] = at + 1;
  return field;
}

/** "" where the line ends before it. */
function textOf(line: Buffer, field: number): string {
  return line.toString("latin1", starts[field], Math.max(0, (starts[field + 1] ?? 0) - 1));
}

/** A process whose first thread has ended is shown as a zombie while its other threads go on. */
function isDead(line: Buffer): boolean {
  const state = line[starts[3] ?? 0];
  return state === stateX || (state === stateZ && Number(textOf(line, 20)) <= 1);
}

/** Every process there is, zombies and kernel threads among them. */
export function listPids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}
