import { readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { probeProcess } from "../../native-shims/index.ts";
import { type LockNote, readLockNoteOf } from "../dispatcher/dispatch-lock.ts";

export interface LockState {
  /** Who has the lock at this moment: by the kernel's word, else by the holder's own; null for no one. */
  readonly lockHolderPid: number | null;
  /** Who took it last, and whether that process is still there; null on another host. */
  readonly lastTick: (LockNote & { readonly isAlive: boolean | null }) | null;
}

/** Who has a dispatch lock, without trying to take it: a try could make a tick skip. */
export function readLockState(lockPath: string): LockState {
  const note = readLockNoteOf(lockPath);
  const isHere = note?.host === hostname();
  const lastTick = note && { ...note, isAlive: isHere ? probeProcess(note) !== "dead" : null };
  const holder = lastTick?.untilAtMs === null && lastTick.isAlive ? lastTick.pid : null;
  return { lockHolderPid: findFlockHolder(lockPath) ?? holder, lastTick };
}

/** @see proc_locks(5) */
function findFlockHolder(path: string): number | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    const file = `${hex(major(dev))}:${hex(minor(dev))}:${ino}`;
    for (const line of readFileSync("/proc/locks", "utf8").split("\n")) {
      const [, kind, , access, pid, held] = line.trim().split(/\s+/);
      if (kind === "FLOCK" && access === "WRITE" && held === file) return Number(pid);
    }
  } catch {
    // No such file, or no such platform.
  }
  return null;
}

function major(dev: bigint): bigint {
  return ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n);
}

function minor(dev: bigint): bigint {
  return (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
}

function hex(part: bigint): string {
  return part.toString(16).padStart(2, "0");
}
