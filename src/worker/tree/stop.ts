import { type ProcessRef, probeProcess, SignalError, signalProcess } from "../../../native-shims/index.ts";
import { findMarked, listMembers, type RunTree } from "./run-tree.ts";

type Signal = "SIGTERM" | "SIGKILL";

/** What forks while it is being killed is found by the next round; what is left of a storm, by the next tick. */
const roundsMax = 32;

/**
 * Sends a signal to every process of a run, wherever it went. Each is checked to be the right one. What is left
 * afterwards, or can't be told now, is for the next look to find.
 * @param list how the kernel is asked
 * @returns the pids of those that we may not signal
 */
export function signalRun(tree: RunTree, signal: Signal, list = listMembers): readonly number[] {
  const { shim } = tree;
  const isShimAlive = shim !== null && probeProcess(shim) === "alive";
  return isShimAlive && tree.isRoot
    ? signalBelow({ tree, shim, list }, signal)
    : signalMarked(tree, isShimAlive, signal);
}

/** The shim itself is ended only where it is known to be alone: it says how the others ended, and keeps them together until then. */
function signalBelow(
  { tree, shim, list }: { tree: RunTree; shim: ProcessRef; list: typeof listMembers },
  signal: Signal,
): readonly number[] {
  const told = new Set<number>();
  const refused: number[] = [];
  for (let round = 0; round < roundsMax; round++) {
    const found = list(tree);
    if (found === null) break;
    const news = found.filter(({ pid }) => !told.has(pid));
    if (round === 0 && news.length === 0) signalOne(shim, signal);
    for (const member of news) {
      told.add(member.pid);
      if (!signalOne(member, signal)) refused.push(member.pid);
    }
    // TERM goes once to each: some programs take a second one for impatience, and may start others to tidy up.
    if (signal === "SIGTERM" || news.length === 0) break;
  }
  return refused;
}

/** Without a root: the mark, and while its leader lives, so that it can be no one else's, the group. */
function signalMarked({ token, shim }: RunTree, isShimAlive: boolean, signal: Signal): readonly number[] {
  const marked = findMarked(token) ?? [];
  const refused = marked.filter((process) => !signalOne(process, signal)).map(({ pid }) => pid);
  // TERM goes once to each. KILL also goes to those without a mark.
  const isGroupMissing = marked.length === 0 || signal === "SIGKILL";
  if (shim === null || !isShimAlive || !isGroupMissing) return refused;
  // There are no groups on Windows: the shim's job ends with it.
  if (process.platform === "win32") signalOne(shim, signal);
  else signalGroup(shim.pid, signal);
  return refused;
}

/** Ends a shim that has nothing left to wait for. */
export function endIdleShim({ shim }: RunTree): void {
  if (shim !== null) signalOne(shim, "SIGKILL");
}

/** Lets a shim go on that is stopped, though its worker has ended: it then says how, or ends with the worker's exit code. */
export function continueShim({ shim }: RunTree): void {
  if (shim !== null) signalOne(shim, "SIGCONT");
}

/**
 * Ends the shim of a start that was given up, where it never ran: on Windows a process is made before its first step, and one
 * whose dispatcher was killed in between stays so for good. Elsewhere there is none.
 */
export function endUnborn(token: string): void {
  if (process.platform !== "win32") return;
  for (const shim of findMarked(token) ?? []) signalOne(shim, "SIGKILL");
}

/** False for one that we may not signal, because it changed its user: it keeps its run's slot, and no other run from its end. */
function signalOne(process: ProcessRef, signal: Signal | "SIGCONT"): boolean {
  try {
    signalProcess(process, signal);
    return true;
  } catch (error) {
    if (!(error instanceof SignalError)) throw error;
    return false;
  }
}

function signalGroup(groupId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-groupId, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
