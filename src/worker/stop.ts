import { findProcessesByEnv, type ProcessRef, SignalError, signalProcess } from "../../native-shims/index.ts";
import { runMark } from "./environment.ts";
import { isOwnGroupAlive, type SightedRun } from "./sighting.ts";

/**
 * Sends a signal to every process of a run, also to those that left its group. Each is checked to be the one that
 * is meant. What is left afterwards is for the next look to find.
 */
export function signalRun({ run, shim }: SightedRun, signal: "SIGTERM" | "SIGKILL"): void {
  const marked = findProcessesByEnv(runMark, new Set([run.token]))?.get(run.token) ?? [];
  for (const process of marked) signalOne(process, signal);
  // TERM goes once to each: some programs take a second one for impatience. KILL also goes to those without a mark.
  const isGroupMissing = marked.length === 0 || signal === "SIGKILL";
  if (shim === null || !isGroupMissing || !isOwnGroupAlive(shim)) return;
  // There are no groups on Windows: the shim's job ends with it.
  if (process.platform === "win32") signalOne(shim, signal);
  else signalGroup(shim.pid, signal);
}

/** One that we may not signal, because it changed its user, keeps its run's slot, and no other run from its end. */
function signalOne(process: ProcessRef, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    signalProcess(process, signal);
  } catch (error) {
    if (!(error instanceof SignalError)) throw error;
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
