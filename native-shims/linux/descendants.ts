import { readdirSync, readFileSync } from "node:fs";
import type { ProcessRef } from "../process/process-ref.ts";
import type { TreeMember } from "../process/started-tree.ts";
import { listPids, type ProcessStat, readProcessStat } from "./proc.ts";

/** How often children are listed again that come and go while we look. */
const ROUNDS_MAX = 64;

/**
 * The living processes below the root of a tree, but for those that `isLeftOut` names and all below them. Empty only where
 * at one moment no one was there; null where that can't be told.
 */
export function findLinuxDescendants(
  root: ProcessRef,
  isLeftOut: (member: TreeMember) => boolean,
): TreeMember[] | null {
  // A zombie has no children: what it had is the root's by now. So a list is final once all on it were known before it was read.
  const over = new Set<number>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const children = readChildren(root.pid);
    if (children === null) return null;
    if (children.every((pid) => over.has(pid))) return [];
    const members = children.flatMap((pid) => subtreeOf(pid, root.pid, isLeftOut));
    if (members.length > 0) return members;
    for (const pid of children) over.add(pid);
  }
  return null;
}

/** Empty for a zombie, and for what is left out. */
function subtreeOf(pid: number, parentPid: number, isLeftOut: (member: TreeMember) => boolean): TreeMember[] {
  const stat = readProcessStat(pid);
  if (stat?.isDead) return [];
  // One that is there and not for our eyes lives, for all we know: its parent says that it exists.
  if (stat === null && !readChildren(parentPid)?.includes(pid)) return [];
  const member = toMember(pid, parentPid, stat);
  if (isLeftOut(member)) return [];
  const below = readChildren(pid) ?? [];
  return [member, ...below.flatMap((child) => subtreeOf(child, pid, isLeftOut))];
}

function toMember(pid: number, parentPid: number, stat: ProcessStat | null): TreeMember {
  return {
    pid,
    startTime: stat?.startTime ?? "",
    parentPid,
    name: stat?.name ?? "",
    isSessionLeader: stat?.sessionId === pid,
  };
}

/**
 * The children of all threads of a process, zombies among them; none of one that is gone. null where the kernel doesn't say.
 * @see proc_pid_tid_children(5): built with CONFIG_PROC_CHILDREN
 */
export function readChildren(pid: number): number[] | null {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    // A thread that has just ended, a process that is gone, or a kernel without such files: the whole table tells.
    return listChildrenByParent(pid);
  }
}

function listChildrenByParent(parentPid: number): number[] | null {
  const pids = listPids();
  if (pids.length === 0) return null;
  return pids.filter((pid) => readProcessStat(pid)?.parentId === parentPid);
}
