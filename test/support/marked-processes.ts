import { findProcessesByEnv, type ProcessRef } from "../../native-shims/index.ts";

/** As often as the process table is walked before it can be told who is there: others may be starting more and more. */
const walksMax = 100;

/**
 * Processes, zombies excluded, that were started with `name=value` in their environment.
 * @throws {Error} when that can't be told: it must not pass for "none"
 */
export function findMarkedProcesses(name: string, value: string): readonly ProcessRef[] {
  for (let walks = 0; walks < walksMax; walks += 1) {
    const found = findProcessesByEnv(name, new Set([value]));
    if (found !== null) return found.get(value) ?? [];
  }
  throw new Error(`the processes with ${name}=${value} can't be told`);
}
