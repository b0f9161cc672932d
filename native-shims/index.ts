// The face of native-shims, and all that the rest of the product may import of it. It imports nothing of ours.
import { uptime } from "node:os";
import type * as Darwin from "./darwin/darwin.ts";
import type { HostIdentity } from "./host-identity.ts";
import type * as Linux from "./linux/linux.ts";
import type { FileLock, LockFile } from "./lock/file-lock.ts";
import type { Platform } from "./platform.ts";
import { isPid, type Liveness, livenessOf, type ProcessRef, toRef } from "./process/process-ref.ts";
import type { ProcessSignal } from "./process/signal-error.ts";
import { SpawnedTree } from "./process/spawned-tree.ts";
import type { StartedTree, TreeMember, TreeStart } from "./process/started-tree.ts";
import type * as Unsupported from "./unsupported.ts";
import type * as Windows from "./windows/windows.ts";

export type { HostIdentity } from "./host-identity.ts";
export type { FileLock, LockFile } from "./lock/file-lock.ts";
export { LockError } from "./lock/lock-error.ts";
export { readLockNote } from "./lock/lock-note.ts";
export type { Liveness, ProcessRef } from "./process/process-ref.ts";
export { SignalError } from "./process/signal-error.ts";
export type { RootState, StartedTree, TreeMember } from "./process/started-tree.ts";

let loaded: Platform | null = null;

/** At the first use, for the system's libraries are opened by it, and most commands ask nothing of the kernel. */
function platform(): Platform {
  loaded ??= loadPlatform();
  return loaded;
}

/** Only this platform's own file may be loaded. By `require`, or no bytecode could be made. */
function loadPlatform(): Platform {
  if (process.platform === "linux") return (require("./linux/linux.ts") as typeof Linux).linux;
  if (process.platform === "darwin") return (require("./darwin/darwin.ts") as typeof Darwin).darwin;
  if (process.platform === "win32") return (require("./windows/windows.ts") as typeof Windows).windows;
  return (require("./unsupported.ts") as typeof Unsupported).unsupported;
}

/** "none" only where the platform has no such primitive at all: there every `tryLockFile` succeeds and excludes no one. */
export function lockSupport(): Platform["lockSupport"] {
  return platform().lockSupport;
}

/**
 * Takes the exclusive lock on the file at `path`, which is created (mode 0600) when missing. Never waits. The kernel frees
 * it when this process ends, however it ends; no child inherits it. Follows symlinks: give it a canonical path.
 * @returns null while another holder has it, this process included
 * @throws {LockError} whatever else keeps us from it: then nothing is known, and the caller must not go on
 * @see flock(2), LockFileEx
 */
export function tryLockFile(path: string): FileLock | null {
  return platform().tryLockFile(path);
}

/** The same for a process that takes one lock again and again: a third of the time, since the file stays open in between. */
export function openLockFile(path: string): LockFile {
  const tryLock = () => tryLockFile(path);
  return platform().openLockFile?.(path) ?? { path, tryLock, close() {}, [Symbol.dispose]() {} };
}

let cachedHostIdentity: HostIdentity | null = null;

/** Read once. Two processes can be compared only when all four are equal. */
export function hostIdentity(): HostIdentity {
  cachedHostIdentity ??= platform().readHostIdentity();
  return cachedHostIdentity;
}

/**
 * Milliseconds since the machine was started, also those it slept: never jumps, the same in every process of a boot. In
 * steps of a second on macOS, of 16 ms on Windows.
 * @see CLOCK_BOOTTIME in clock_gettime(2)
 */
export function readUptimeMs(): number {
  return platform().readUptimeMs?.() ?? uptime() * 1_000;
}

/**
 * Whether any process of this kernel, in whatever container, has the file open for writing.
 * @returns "absent" where there is no file; null where it can't be told
 */
export function isFileWritten(path: string): boolean | "absent" | null {
  return platform().isFileWritten?.(path) ?? null;
}

/** null: no such process, or a zombie. Of a process whose start time may not be read it is "", which never proves anything. */
export function identifyProcess(pid: number): ProcessRef | null {
  return toRef(pid, isPid(pid) ? platform().readStartTime(pid) : null);
}

/**
 * "dead": no such process, a zombie, or another one by now. "unknown": something is there and can't be told from it.
 * @param ref of this host, this boot and this pid namespace
 */
export function probeProcess(ref: ProcessRef): Liveness {
  return livenessOf(ref, isPid(ref.pid) ? platform().readStartTime(ref.pid) : null);
}

/** null: `startTree` makes trees that nothing leaves. Else what keeps this platform or machine from it. */
export function whyNoTrees(): Error | null {
  const { whyNoTrees: why } = platform();
  return why ? why() : new Error(`not on ${process.platform}`);
}

/**
 * Starts a command as a leader of a session of its own, with all signals as they are by default and no other file open than
 * standard input (empty), output and error. Where `whyNoTrees` is null it is a child subreaper: what its descendants leave
 * behind becomes its own child; and it has a pipe, descriptor 3 to read from, 4 to write to.
 * @throws {Error} a system error with its `code`
 * @see prctl(2), PR_SET_CHILD_SUBREAPER
 */
export function startTree(start: TreeStart): StartedTree {
  return platform().startTree?.(start) ?? new SpawnedTree(start, platform().readStartTime);
}

/**
 * The living processes below the root of a tree, but for those that `isLeftOut` names, and all below them. Empty only where
 * at one moment none was there.
 * @param root a child subreaper that lives
 * @returns null where it can't be told
 */
export function findDescendants(
  root: ProcessRef,
  isLeftOut: (member: TreeMember) => boolean = () => false,
): readonly TreeMember[] | null {
  return platform().findDescendants?.(root, isLeftOut) ?? null;
}

/**
 * As the first process of a container: takes the exit codes of what others left behind, which no one else ever would. To be
 * called from time to time; anywhere else it does nothing.
 */
export function reapAdopted(): void {
  if (process.pid === 1) platform().reapAdopted?.();
}

/** As `probeProcess`, and in the same look whether it was stopped by a signal, where that can be told. */
export function probeRoot(ref: ProcessRef): Liveness | "stopped" {
  const life = isPid(ref.pid) ? (platform().readLife?.(ref.pid) ?? null) : null;
  if (life === null) return probeProcess(ref);
  const liveness = livenessOf(ref, life.startTime === "" ? null : life.startTime);
  return liveness === "alive" && life.isStopped ? "stopped" : liveness;
}

/** What a process was started with: null where it has no such variable, undefined where that can't be read. */
export function readProcessEnv(pid: number, name: string): string | null | undefined {
  return isPid(pid) ? platform().readEnv?.(pid, name) : undefined;
}

/**
 * Processes (zombies excluded) that were started with exactly `name=value` in their environment, by value; values that
 * no process has are absent. Walks the whole process table, and what is started meanwhile, so a process tree that keeps
 * forking does not slip through.
 *
 * Not seen are processes whose environment is not for our eyes (another user's, those that made themselves undumpable; on
 * macOS Apple's own protected programs) or that wrote over it (some servers do, to show a title).
 * @returns null where the platform cannot tell, or no process was found while more and more were started
 */
export function findProcessesByEnv(
  name: string,
  values: ReadonlySet<string>,
): Map<string, ProcessRef[]> | null {
  return platform().findProcessesByEnv(name, values);
}

/**
 * Processes that may be of the tree of a root that is gone, though nothing proves it: members of its session or group, and
 * processes of this user, started later, whose environment is not for our eyes. A reason to wait, never one to signal them.
 * @param root with its start time
 * @returns null where it can't be told
 */
export function findSuspects(root: ProcessRef): readonly ProcessRef[] | null {
  if (!isPid(root.pid)) return [];
  const { findSuspects: find } = platform();
  return find ? find(root) : [];
}

/**
 * Sends to exactly the process meant. Free of races with the reuse of its pid on Linux since 5.3 and on Windows, where
 * SIGTERM is SIGKILL; elsewhere checked immediately before.
 * @returns false when it was gone already
 * @throws {SignalError} not permitted, not supported, or its identity may not be read
 */
export function signalProcess(ref: ProcessRef, signal: ProcessSignal): boolean {
  return isPid(ref.pid) && platform().signalProcess(ref, signal);
}

/**
 * Windows only: whatever this process starts from now on, at any depth, ends when this process does, however it ends.
 * @throws {Error} when the system refuses
 * @see JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
 */
export async function endTreeWithThisProcess(): Promise<void> {
  const { holdTreeInJob } = await import("./windows/job.ts");
  holdTreeInJob();
}
