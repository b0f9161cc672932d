import { searchEnvirons } from "./env-search.ts";
import { createEnvironReader } from "./linux-environ.ts";
import { getsid, isThere } from "./linux-libc.ts";
import { createYoungPidLister, readLinuxPidMark } from "./linux-pid-mark.ts";
import { isProcOurs, listUserPids, readProcessStat } from "./linux-proc.ts";
import { walkPids } from "./pid-walk.ts";
import type { PidMark, ProcessRef, SearchLimits } from "./process-ref.ts";

/** null where /proc is not ours to ask. */
export function markLinuxPids(): PidMark | null {
  return isProcOurs ? readLinuxPidMark() : null;
}

/** A group that kill(2) reports may be zombies only, which no signal ends: the table tells. */
export function isLinuxProcessGroupAlive(groupId: number, startedSince: PidMark | null): boolean {
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

/** As in `Platform`; null where /proc is not ours to ask. */
export function findLinuxProcessesByEnv(wanted: {
  readonly name: string;
  readonly values: ReadonlySet<string>;
  readonly limits: SearchLimits;
  readonly readStartTime: (pid: number) => string | null;
}): Map<string, ProcessRef[]> | null {
  if (!isProcOurs) return null;
  const { name, values, readStartTime } = wanted;
  const { startedSince, otherSessions } = wanted.limits;
  const list = startedSince ? createYoungPidLister(startedSince) : listUserPids;
  // An environment may be read only when its process is through with execve(2): those of others are not waited for.
  const pids = otherSessions?.size ? () => list().filter((pid) => !otherSessions.has(getsid(pid))) : list;
  const source = { pids: walkPids(pids), readEnviron: createEnvironReader(), readStartTime };
  return searchEnvirons(source, name, values);
}
