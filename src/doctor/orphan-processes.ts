import { readFileSync, realpathSync } from "node:fs";
import { findProcessesByEnv, type ProcessRef, probeProcess } from "../../native-shims/index.ts";
import { runMark } from "../worker/spawn/environment.ts";

export interface OrphanProcess {
  readonly pid: number;
  readonly task: string;
  readonly run: string;
}

/**
 * Processes that carry the marks of a worker of this home, of a run that is not live: no one will ever end them.
 * null where the platform does not tell.
 * @param listLiveTokens asked after the processes were listed, so that a worker started meanwhile is not taken for one
 */
export async function findOrphanProcesses(
  home: string,
  listLiveTokens: () => Promise<ReadonlySet<string>>,
): Promise<readonly OrphanProcess[] | null> {
  if (process.platform !== "linux") return null;
  const found = findProcessesByEnv("KANBUN_HOME", homesNames(home));
  if (found === null) return null;
  const live = await listLiveTokens();
  return [...found.values()].flat().flatMap((one) => toOrphan(one, live));
}

/** The home that the variable names may be reached through a link. */
function homesNames(home: string): Set<string> {
  try {
    return new Set([home, realpathSync(home)]);
  } catch {
    // It is not there: nothing can have come by another name.
    return new Set([home]);
  }
}

function toOrphan(one: ProcessRef, live: ReadonlySet<string>): OrphanProcess[] {
  if (one.pid === process.pid) return [];
  const environment = readEnvironment(one.pid);
  const token = environment.get(runMark);
  // Without a mark it is a shell, or a dispatcher.
  if (token === undefined || live.has(token) || probeProcess(one) === "dead") return [];
  return [
    { pid: one.pid, task: environment.get("KANBUN_TASK") ?? "?", run: environment.get("KANBUN_RUN") ?? "?" },
  ];
}

function readEnvironment(pid: number): Map<string, string> {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return new Map(
      entries.map((entry) => [entry.split("=", 1)[0] ?? "", entry.slice(entry.indexOf("=") + 1)]),
    );
  } catch {
    // It has ended since it was found.
    return new Map();
  }
}
