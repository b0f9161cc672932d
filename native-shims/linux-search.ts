import { searchEnvirons } from "./env-search.ts";
import { createEnvironReader } from "./linux-environ.ts";
import { isThere } from "./linux-libc.ts";
import { createYoungPidLister, readLinuxPidMark } from "./linux-pid-mark.ts";
import { isProcOurs, listUserPids, readProcessStat } from "./linux-proc.ts";
import { walkPids } from "./pid-walk.ts";
import type { PidMark, ProcessRef } from "./process-ref.ts";

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
  readonly startedSince: PidMark | null;
  readonly readStartTime: (pid: number) => string | null;
}): Map<string, ProcessRef[]> | null {
  if (!isProcOurs) return null;
  const { name, values, startedSince, readStartTime } = wanted;
  const list = startedSince === null ? listUserPids : createYoungPidLister(startedSince);
  const source = { pids: walkPids(list), readEnviron: createEnvironReader(), readStartTime };
  return searchEnvirons(source, name, values);
}
