import { LINUX } from "./constants.ts";
import { searchEnvirons } from "./env-search.ts";
import { hasLinuxChildEnded } from "./linux-child.ts";
import { createEnvironReader } from "./linux-environ.ts";
import { readLinuxHostIdentity } from "./linux-host.ts";
import { errno, flock, isThere } from "./linux-libc.ts";
import { createYoungPidLister, readLinuxPidMark } from "./linux-pid-mark.ts";
import { isProcOurs, listUserPids, readProcessStat } from "./linux-proc.ts";
import { signalLinuxProcess } from "./linux-signal.ts";
import { walkPids } from "./pid-walk.ts";
import type { Platform } from "./platform.ts";
import { type FlockLibrary, PosixLockFile, tryLockPosixFile } from "./posix-lock.ts";
import type { PidMark } from "./process-ref.ts";

const flockLibrary: FlockLibrary = { flock, errno, EINTR: LINUX.EINTR, EWOULDBLOCK: LINUX.EWOULDBLOCK };

function readStartTime(pid: number): string | null {
  const stat = readProcessStat(pid);
  if (stat !== null) return stat.isDead ? null : stat.startTime;
  // Gone, or /proc hides it (hidepid, not mounted): kill(2) knows which.
  return isThere(pid) ? "" : null;
}

/** A group that kill(2) reports may be zombies only, which no signal ends: the table tells. */
function isProcessGroupAlive(groupId: number, startedSince: PidMark | null): boolean {
  if (!isThere(-groupId)) return false;
  if (!isProcOurs) return true;
  const list = startedSince === null ? listUserPids : createYoungPidLister(startedSince);
  let hasMember = false;
  // The leader is asked first: as a rule it lives, and the whole table is walked only where it does not.
  for (const pid of walkPids(() => [groupId, ...list()])) {
    const stat = readProcessStat(pid);
    if (stat?.groupId !== groupId) continue;
    if (!stat.isDead) return true;
    hasMember = true;
  }
  // Nobody seen at all: it ended during the walk, or /proc hides its members from us.
  return !hasMember && isThere(-groupId);
}

export const linux: Platform = {
  lockSupport: "kernel",
  tryLockFile: (path) => tryLockPosixFile(flockLibrary, path),
  openLockFile: (path) => new PosixLockFile(flockLibrary, path),
  readHostIdentity: readLinuxHostIdentity,
  readStartTime,
  markPids: () => (isProcOurs ? readLinuxPidMark() : null),
  hasChildEnded: hasLinuxChildEnded,
  isProcessGroupAlive,
  findProcessesByEnv(name, values, startedSince) {
    if (!isProcOurs) return null;
    const list = startedSince === null ? listUserPids : createYoungPidLister(startedSince);
    const source = { pids: walkPids(list), readEnviron: createEnvironReader(), readStartTime };
    return searchEnvirons(source, name, values);
  },
  signalProcess: (ref, signal) => signalLinuxProcess(ref, signal, readStartTime),
};
