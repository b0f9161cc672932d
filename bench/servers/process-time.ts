import { readdirSync, readFileSync } from "node:fs";

/** A processor's time is counted in hundredths of a second. */
const tickMs = 10;

/** What a process has used so far; milliseconds. */
export interface ProcessTime {
  readonly ownMs: number;
  /** Of its children that have ended and were waited for, and of theirs. */
  readonly endedMs: number;
}

const none: ProcessTime = { ownMs: 0, endedMs: 0 };

/** None for one that is gone. */
export function readProcessTime(pid: number): ProcessTime {
  const text = tryRead(`/proc/${pid}/stat`);
  if (text === null) return none;
  // Behind the name, which may have any character in it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number);
  const sum = (...ticks: readonly (number | undefined)[]) =>
    tickMs * ticks.reduce<number>((all, one) => all + (one ?? 0), 0);
  return { ownMs: sum(user, system), endedMs: sum(endedUser, endedSystem) };
}

/** Of a process and all that it has started, as long as it waits for each that ends. */
export function readTreeMs(pid: number): number {
  const { ownMs, endedMs } = readProcessTime(pid);
  return listChildren(pid).reduce((sum, child) => sum + readTreeMs(child), ownMs + endedMs);
}

/** How long all processors of the machine together have worked, and how many there are. */
export function readMachineTime(): { readonly busyMs: number; readonly processors: number } {
  const lines = readFileSync("/proc/stat", "utf8").split("\n");
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (lines[0] ?? "")
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const processors = lines.filter((line) => /^cpu\d/.test(line)).length;
  return { busyMs: tickMs * (user + nice + system + irq + softirq), processors };
}

/** What a process needs of the machine's memory, its share of what others use as well; megabytes. */
export function readMemoryMb(pid: number): number {
  const [, kb] = /^Pss:\s+(\d+) kB$/m.exec(tryRead(`/proc/${pid}/smaps_rollup`) ?? "") ?? [];
  return Number(kb ?? Number.NaN) / 1024;
}

function listChildren(pid: number): readonly number[] {
  const threads = tryList(`/proc/${pid}/task`);
  return threads.flatMap((thread) =>
    (tryRead(`/proc/${pid}/task/${thread}/children`) ?? "").split(" ").filter(Boolean).map(Number),
  );
}

function tryList(path: string): readonly string[] {
  return ifThere(() => readdirSync(path)) ?? [];
}

function tryRead(path: string): string | null {
  return ifThere(() => readFileSync(path, "utf8"));
}

/** null: the process is gone. */
function ifThere<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}
