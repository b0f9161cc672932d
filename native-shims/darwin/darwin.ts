import { hostname } from "node:os";
import { DARWIN, PROC_BSDINFO } from "../constants.ts";
import type { HostIdentity } from "../host-identity.ts";
import { type FlockLibrary, PosixLockFile, tryLockPosixFile } from "../lock/posix-lock.ts";
import type { Platform } from "../platform.ts";
import { searchEnvirons } from "../process/env-search.ts";
import { existsForKill, isStillThere, killByPid } from "../process/posix-kill.ts";
import { type ProcessRef, toRef } from "../process/process-ref.ts";
import { startTimeIn } from "./bsdinfo.ts";
import { sliceEnviron } from "./environ.ts";
import {
  errno,
  flock,
  gethostuuid,
  listPids,
  proc_pidinfo,
  readProcessArguments,
  readSysctlText,
} from "./libc.ts";

const flockLibrary: FlockLibrary = { flock, errno, EINTR: DARWIN.EINTR, EWOULDBLOCK: DARWIN.EWOULDBLOCK };

const info = Buffer.alloc(PROC_BSDINFO.SIZE);

function readStartTime(pid: number): string | null {
  // 1: zombies too. Not finding them would look like another's process, which is not for our eyes either.
  const size = proc_pidinfo(pid, DARWIN.PROC_PIDTBSDINFO, 1, info, info.length);
  if (size !== PROC_BSDINFO.SIZE) return existsForKill(pid) ? "" : null;
  return startTimeIn(info);
}

/** Members of the group that it led: whose number is a stranger's has none any more. */
function findSuspects({ pid: groupId, startTime }: ProcessRef): ProcessRef[] {
  const holder = readStartTime(groupId);
  if (holder !== null && holder !== startTime) return [];
  return listPids(groupId).flatMap((pid) => toRef(pid, readStartTime(pid)) ?? []);
}

function readHostIdentity(): HostIdentity {
  const uuid = Buffer.alloc(16);
  const waitAtMost = new BigInt64Array([5n, 0n]); // seconds, nanoseconds; it answers at once but in early boot
  const isKnown = gethostuuid(uuid, waitAtMost) === 0;
  return {
    hostname: hostname(),
    machineId: isKnown ? uuid.toString("hex") : `hostname:${hostname()}`,
    bootId: readSysctlText("kern.bootsessionuuid"),
    pidNamespace: "",
  };
}

export const darwin: Platform = {
  lockSupport: "kernel",
  tryLockFile: (path) => tryLockPosixFile(flockLibrary, path),
  openLockFile: (path) => new PosixLockFile(flockLibrary, path),
  readHostIdentity,
  readStartTime,
  findSuspects,
  findProcessesByEnv(name, values) {
    const source = {
      listPids: () => listPids(null),
      readEnviron: (pid: number) => sliceEnviron(readProcessArguments(pid)),
      readStartTime,
    };
    return searchEnvirons(source, name, values);
  },
  // There is no pidfd: for a stranger to be hit, all pids would have to go round between these two calls.
  signalProcess: (ref, signal) => isStillThere(ref, signal, readStartTime(ref.pid)) && killByPid(ref, signal),
};
