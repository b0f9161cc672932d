import type { FileLock, LockFile } from "./file-lock.ts";
import type { HeldProcess } from "./held-process.ts";
import type { HostIdentity } from "./host-identity.ts";
import type { PidMark, ProcessRef, SearchLimits } from "./process-ref.ts";
import type { ProcessSignal } from "./signal-error.ts";

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
  /** Where the start time of a child can be told without a look at it; as above. */
  startTimeOf?<Child extends { readonly pid: number }>(
    start: () => Child,
  ): { readonly child: Child; readonly startTime: string | null };
  /** Where a process can ask for its own children. */
  hasChildEnded?(pid: number): boolean;
  /** Where there are handles of processes. */
  holdProcess?(ref: ProcessRef): HeldProcess | null;
  isProcessGroupAlive(groupId: number, startedSince: PidMark | null): boolean;
  findProcessesByEnv(
    name: string,
    values: ReadonlySet<string>,
    limits: SearchLimits,
  ): Map<string, ProcessRef[]> | null;
  /** Where pids tell which process is younger. */
  markPids?(): PidMark | null;
  signalProcess(ref: ProcessRef, signal: ProcessSignal): boolean;
}
