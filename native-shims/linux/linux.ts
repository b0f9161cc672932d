import { LINUX } from "../constants.ts";
import { type FlockLibrary, PosixLockFile, tryLockPosixFile } from "../lock/posix-lock.ts";
import type { Platform } from "../platform.ts";
import { readLinuxUptimeMs } from "./clock.ts";
import { readLinuxEnv } from "./environ.ts";
import { readLinuxHostIdentity } from "./host.ts";
import { errno, flock, isThere } from "./libc.ts";
import { isLinuxFileWritten } from "./open-file.ts";
import { isProcOurs, readLife } from "./proc.ts";
import type * as Search from "./search.ts";
import { signalLinuxProcess } from "./signal.ts";
import type * as Trees from "./trees.ts";

const flockLibrary: FlockLibrary = { flock, errno, EINTR: LINUX.EINTR, EWOULDBLOCK: LINUX.EWOULDBLOCK };

function readStartTime(pid: number): string | null {
  const life = readLife(pid);
  if (life !== null) return life.startTime === "" ? null : life.startTime;
  // Gone, or /proc hides it (hidepid, not mounted): kill(2) knows which.
  return isThere(pid) ? "" : null;
}

// Loaded at their first use: most commands start and look for no process.
let search: typeof Search | null = null;
let trees: typeof Trees | null = null;

function loadSearch(): typeof Search {
  search ??= require("./search.ts") as typeof Search;
  return search;
}

function loadTrees(): typeof Trees {
  trees ??= require("./trees.ts") as typeof Trees;
  return trees;
}

export const linux: Platform = {
  lockSupport: "kernel",
  tryLockFile: (path) => tryLockPosixFile(flockLibrary, path),
  openLockFile: (path) => new PosixLockFile(flockLibrary, path),
  readHostIdentity: () => readLinuxHostIdentity(readStartTime),
  readUptimeMs: readLinuxUptimeMs,
  isFileWritten: isLinuxFileWritten,
  readStartTime,
  whyNoTrees: () => loadTrees().whyNoLinuxStarter(),
  startTree: (start) => loadTrees().startLinuxTree(start, readStartTime),
  findDescendants: (root, isLeftOut) =>
    isProcOurs ? loadTrees().findLinuxDescendants(root, isLeftOut) : null,
  reapAdopted: () => loadTrees().reapAdopted(),
  readLife,
  readEnv: readLinuxEnv,
  findProcessesByEnv: (name, values) => loadSearch().findLinuxProcessesByEnv({ name, values, readStartTime }),
  findSuspects: (root) => loadSearch().findLinuxSuspects(root),
  signalProcess: (ref, signal) => signalLinuxProcess(ref, signal, readStartTime),
};
