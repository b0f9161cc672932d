import { readFileSync } from "node:fs";
import { searchEnvirons } from "../process/env-search.ts";
import { walkPids } from "../process/pid-walk.ts";
import type { ProcessRef } from "../process/process-ref.ts";
import { throwIfShort } from "../process/shortage.ts";
import { createEnvironReader, isEnvironHidden } from "./environ.ts";
import { isProcOurs, listPids, type ProcessStat, readProcessStat } from "./proc.ts";

/** As in `Platform`; null where /proc is not ours to ask. */
export function findLinuxProcessesByEnv(wanted: {
  readonly name: string;
  readonly values: ReadonlySet<string>;
  readonly readStartTime: (pid: number) => string | null;
}): Map<string, ProcessRef[]> | null {
  if (!isProcOurs) return null;
  const { name, values, readStartTime } = wanted;
  return searchEnvirons({ listPids, readEnviron: createEnvironReader(), readStartTime }, name, values);
}

/** As in `Platform`; null where /proc is not ours to ask. */
export function findLinuxSuspects(root: ProcessRef): ProcessRef[] | null {
  if (!isProcOurs) return null;
  const found: ProcessRef[] = [];
  // A stranger has its number: the kernel gives none away that is still a session's.
  const holder = readProcessStat(root.pid);
  const isSessionOver = holder !== null && holder.startTime !== root.startTime;
  const isComplete = walkPids(listPids, (pid) => {
    const stat = readProcessStat(pid);
    if (stat === null || stat.isDead || Number(stat.startTime) < Number(root.startTime)) return;
    const isOfSession = !isSessionOver && stat.sessionId === root.pid;
    if (isOfSession || isHiddenAndOurs(pid, stat)) found.push({ pid, startTime: stat.startTime });
  });
  return isComplete ? found : null;
}

/** Of our user, and yet not for our eyes: it made itself undumpable, which a child of ours may do at any time. */
function isHiddenAndOurs(pid: number, { hasNoEnvironment }: ProcessStat): boolean {
  return !hasNoEnvironment && isEnvironHidden(pid) && readRealUser(pid) === process.getuid?.();
}

/** @see proc_pid_status(5): readable by all, also where the owner of /proc/<pid> is root */
function readRealUser(pid: number): number | null {
  try {
    const user = /^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return user === undefined ? null : Number(user);
  } catch (error) {
    throwIfShort(error); // else it is gone
    return null;
  }
}
