import type { HostIdentity } from "./host-identity.ts";
import type { FileLock, LockFile } from "./lock/file-lock.ts";
import type { ProcessRef } from "./process/process-ref.ts";
import type { ProcessSignal } from "./process/signal-error.ts";
import type { StartedTree, TreeMember, TreeStart } from "./process/started-tree.ts";

/** What each platform's own file provides; `index.ts` documents the promises. Pids arrive here checked by `isPid`. */
export interface Platform {
  readonly lockSupport: "kernel" | "none";
  tryLockFile(path: string): FileLock | null;
  /** Where it pays to keep the file open between locks. */
  openLockFile?(path: string): LockFile;
  readHostIdentity(): HostIdentity;
  /** Where it can be told better than by Bun. */
  readUptimeMs?(): number;
  /** Where it can be told: "absent" where there is nothing, null where the file system or its owner says no. */
  isFileWritten?(path: string): boolean | "absent" | null;
  /** null: no such process, or a zombie. "": there, but its start time may not be read. */
  readStartTime(pid: number): string | null;
  /** Where trees are known by descent at all: null, or what keeps us from it here. */
  whyNoTrees?(): Error | null;
  /** Where there is a way of its own to start one. */
  startTree?(start: TreeStart): StartedTree;
  findDescendants?(root: ProcessRef, isLeftOut: (member: TreeMember) => boolean): TreeMember[] | null;
  /** Where both can be read at once; null: use `readStartTime`. A start time of "": a zombie. */
  readLife?(pid: number): { readonly startTime: string; readonly isStopped: boolean } | null;
  reapAdopted?(): void;
  readEnv?(pid: number, name: string): string | null | undefined;
  findProcessesByEnv(name: string, values: ReadonlySet<string>): Map<string, ProcessRef[]> | null;
  findSuspects?(root: ProcessRef): ProcessRef[] | null;
  signalProcess(ref: ProcessRef, signal: ProcessSignal): boolean;
}
