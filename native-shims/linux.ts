import { LINUX } from "./constants.ts";
import { hasLinuxChildEnded } from "./linux-child.ts";
import { readLinuxUptimeMs } from "./linux-clock.ts";
import { holdLinuxProcess } from "./linux-held-process.ts";
import { readLinuxHostIdentity } from "./linux-host.ts";
import { errno, flock, isThere } from "./linux-libc.ts";
import { isLinuxFileWritten } from "./linux-open-file.ts";
import { readLivingStartTime } from "./linux-proc.ts";
import type * as Search from "./linux-search.ts";
import { signalLinuxProcess } from "./linux-signal.ts";
import { readStartTimeOfNow } from "./linux-start-time.ts";
import type { Platform } from "./platform.ts";
import { type FlockLibrary, PosixLockFile, tryLockPosixFile } from "./posix-lock.ts";
import { StartTimes } from "./start-times.ts";

const flockLibrary: FlockLibrary = { flock, errno, EINTR: LINUX.EINTR, EWOULDBLOCK: LINUX.EWOULDBLOCK };

function readStartTime(pid: number): string | null {
  const startTime = readLivingStartTime(pid);
  if (startTime !== null) return startTime === "" ? null : startTime;
  // Gone, or /proc hides it (hidepid, not mounted): kill(2) knows which.
  return isThere(pid) ? "" : null;
}

// Loaded at its first use: most commands look for nobody.
let search: typeof Search | null = null;

function loadSearch(): typeof Search {
  search ??= require("./linux-search.ts") as typeof Search;
  return search;
}

const startTimes = new StartTimes(readStartTimeOfNow, readStartTime);

export const linux: Platform = {
  lockSupport: "kernel",
  tryLockFile: (path) => tryLockPosixFile(flockLibrary, path),
  openLockFile: (path) => new PosixLockFile(flockLibrary, path),
  readHostIdentity: () => readLinuxHostIdentity(readStartTime),
  readUptimeMs: readLinuxUptimeMs,
  isFileWritten: isLinuxFileWritten,
  readStartTime,
  startTimeOf: (start) => startTimes.of(start),
  markPids: () => loadSearch().markLinuxPids(),
  hasChildEnded: hasLinuxChildEnded,
  holdProcess: (ref) => holdLinuxProcess(ref, readStartTime),
  isProcessGroupAlive: (groupId, startedSince) =>
    loadSearch().isLinuxProcessGroupAlive(groupId, startedSince),
  findProcessesByEnv: (name, values, limits) =>
    loadSearch().findLinuxProcessesByEnv({ name, values, limits, readStartTime }),
  signalProcess: (ref, signal) => signalLinuxProcess(ref, signal, readStartTime),
};
