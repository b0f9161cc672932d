// The face of native-shims, and all that the rest of the product may import of it. It imports nothing of ours.
import { uptime } from "node:os";
import type { FileLock, LockFile } from "./file-lock.ts";
import type { HeldProcess } from "./held-process.ts";
import type { HostIdentity } from "./host-identity.ts";
import type { Platform } from "./platform.ts";
import {
  isPid,
  type Liveness,
  livenessOf,
  type PidMark,
  type ProcessRef,
  type SearchLimits,
} from "./process-ref.ts";
import type { ProcessSignal } from "./signal-error.ts";

export type { FileLock, LockFile } from "./file-lock.ts";
export type { HeldProcess } from "./held-process.ts";
export type { HostIdentity } from "./host-identity.ts";
export { LockError } from "./lock-error.ts";
export { readLockNote } from "./lock-note.ts";
export type { Liveness, PidMark, ProcessRef } from "./process-ref.ts";
export { SignalError } from "./signal-error.ts";

const platform = await loadPlatform();

/** The libraries are opened by the import: only this platform's own file may be. */
async function loadPlatform(): Promise<Platform> {
  if (process.platform === "linux") return (await import("./linux.ts")).linux;
  if (process.platform === "darwin") return (await import("./darwin.ts")).darwin;
  if (process.platform === "win32") return (await import("./windows.ts")).windows;
  return (await import("./unsupported.ts")).unsupported;
}

/** "none" only where the platform has no such primitive at all: there every `tryLockFile` succeeds and excludes nobody. */
export const lockSupport = platform.lockSupport;

/**
 * Takes the exclusive lock on the file at `path`, which is created (mode 0600) when missing. Never waits. The kernel frees
 * it when this process ends, however it ends; no child inherits it. Follows symlinks: give it a canonical path.
 * @returns null when somebody else holds it, be it this very process
 * @throws {LockError} whatever else keeps us from it: then nothing is known, and the caller must not go on
 * @see flock(2), LockFileEx
 */
export function tryLockFile(path: string): FileLock | null {
  return platform.tryLockFile(path);
}

/** The same for whoever takes one lock again and again: a third of the time, since the file stays open in between. */
export function openLockFile(path: string): LockFile {
  const tryLock = () => tryLockFile(path);
  return platform.openLockFile?.(path) ?? { path, tryLock, close() {}, [Symbol.dispose]() {} };
}

let cachedHostIdentity: HostIdentity | null = null;

/** Read once. Two processes can be compared only when all four are equal. */
export function hostIdentity(): HostIdentity {
  cachedHostIdentity ??= platform.readHostIdentity();
  return cachedHostIdentity;
}

/**
 * Milliseconds since the machine was started, also those it slept: never jumps, the same in every process of a boot. In
 * steps of a second on macOS, of 16 ms on Windows.
 * @see CLOCK_BOOTTIME in clock_gettime(2)
 */
export function readUptimeMs(): number {
  return platform.readUptimeMs?.() ?? uptime() * 1_000;
}

/**
 * Whether any process of this kernel, in whatever container, has the file open for writing.
 * @returns "absent" where there is no file; null where it can't be told
 */
export function isFileWritten(path: string): boolean | "absent" | null {
  return platform.isFileWritten?.(path) ?? null;
}

/** null: no such process, or a zombie. Of a process whose start time may not be read it is "", which never proves anything. */
export function identifyProcess(pid: number): ProcessRef | null {
  const startTime = isPid(pid) ? platform.readStartTime(pid) : null;
  return startTime === null ? null : { pid, startTime };
}

/** Starts a child, and says which process it is: as `identifyProcess`, without waiting for it. */
export function startIdentified<Child extends { readonly pid: number }>(
  start: () => Child,
): { readonly child: Child; readonly process: ProcessRef | null } {
  if (!platform.startTimeOf) {
    const child = start();
    return { child, process: identifyProcess(child.pid) };
  }
  const { child, startTime } = platform.startTimeOf(start);
  return { child, process: startTime === null ? null : { pid: child.pid, startTime } };
}

/**
 * "dead": no such process, a zombie, or another one by now. "unknown": something is there and can't be told from it.
 * @param ref of this host, this boot and this pid namespace
 */
export function probeProcess(ref: ProcessRef): Liveness {
  return livenessOf(ref, isPid(ref.pid) ? platform.readStartTime(ref.pid) : null);
}

/**
 * Whether a child of this process has ended, though nobody has taken its exit code yet; costs a microsecond.
 * @param pid of a child that was started and whose end has not been seen: a number without a child counts as ended
 * @returns null where the platform has no such question; then `probeProcess` tells
 */
export function hasChildEnded(pid: number): boolean | null {
  return platform.hasChildEnded?.(pid) ?? null;
}

/**
 * A handle of exactly this process, whosever child it is: asking it for the process's end costs a microsecond, a tenth of
 * `probeProcess`. It takes a descriptor until it is closed.
 * @returns null where it is gone, or the platform has no such thing; then `probeProcess` tells
 * @see pidfd_open(2)
 */
export function holdProcess(ref: ProcessRef): HeldProcess | null {
  return isPid(ref.pid) ? (platform.holdProcess?.(ref) ?? null) : null;
}

/** Zombies don't count, as far as the platform lets us see them; when in doubt true. On Windows: the process itself. */
export function isProcessGroupAlive(groupId: number, startedSince: PidMark | null = null): boolean {
  return isPid(groupId) && platform.isProcessGroupAlive(groupId, startedSince);
}

/**
 * Processes (zombies excluded) that were started with exactly `name=value` in their environment, by value; values that
 * nobody has are absent. Walks the whole process table, and what is started meanwhile, so a process tree that keeps
 * forking does not slip through.
 *
 * Not seen are processes whose environment is not for our eyes (another user's; on macOS Apple's own protected programs)
 * or that wrote over it (some servers do, to show a title).
 * @returns null where the platform cannot tell
 */
export function findProcessesByEnv(
  name: string,
  values: ReadonlySet<string>,
  limits: SearchLimits = {},
): Map<string, ProcessRef[]> | null {
  return platform.findProcessesByEnv(name, values, limits);
}

/** A moment that a later search can start from: a few microseconds; null where the platform knows no such thing. */
export function markPids(): PidMark | null {
  return platform.markPids?.() ?? null;
}

/**
 * Sends to exactly the process meant. Free of races with the reuse of its pid on Linux since 5.3 and on Windows, where
 * SIGTERM is SIGKILL; elsewhere checked immediately before.
 * @returns false when it was gone already
 * @throws {SignalError} not permitted, not supported, or its identity may not be read
 */
export function signalProcess(ref: ProcessRef, signal: ProcessSignal): boolean {
  return isPid(ref.pid) && platform.signalProcess(ref, signal);
}

/**
 * Windows only: whatever this process starts from now on, at any depth, ends when this process does, however it ends.
 * @throws {Error} when the system refuses
 * @see JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
 */
export async function endTreeWithThisProcess(): Promise<void> {
  const { holdTreeInJob } = await import("./windows-job.ts");
  holdTreeInJob();
}
