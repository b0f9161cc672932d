import {
  findProcessesByEnv,
  type ProcessRef,
  readProcessEnv,
  SignalError,
  signalProcess,
} from "../../../native-shims/index.ts";
import { boardPaths } from "../../system/home/board-paths.ts";
import { parseSlug } from "../../system/home/slug.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { RunDirectory, type RunStart } from "../run-directory.ts";
import { runMark } from "../spawn/environment.ts";
import { listBelow } from "../tree/run-tree.ts";
import { leaseMark } from "./lease-file.ts";

/** For a shim with no process left below it to say how its worker ended, before it is killed too. */
const lastWordsMs = 2_000;

/** All that was started under one lease of a home. */
export class LeasedProcesses {
  readonly #home: string;
  readonly #path: string;
  /** When a shim was first seen alone, by its token. */
  readonly #aloneSinceMs = new Map<string, number>();

  /** @param path of the lease's file */
  constructor(home: string, path: string) {
    this.#home = home;
    this.#path = path;
  }

  /**
   * Sends KILL to every process of it that is found now: those with the mark and, whatever they did to their environment, those
   * below a shim. Its shims say how their workers ended, and are killed when they don't. What forks meanwhile is found by the next call.
   * @returns how many were there; null where that can't be told now, such as without a free descriptor
   */
  kill(): number | null {
    try {
      return this.#kill();
    } catch (error) {
      if (systemErrorCode(error) === null) throw error;
      return null;
    }
  }

  #kill(): number | null {
    const all = findProcessesByEnv(leaseMark, new Set([this.#path]));
    if (all === null) return null;
    const found = all.get(this.#path) ?? [];
    const runs = Map.groupBy(found, ({ pid }) => readProcessEnv(pid, runMark) ?? "");
    for (const [token, marked] of runs) this.#killRun(token, marked);
    return found.length;
  }

  #killRun(token: string, marked: readonly ProcessRef[]): void {
    const { shim, isRoot, hasSaid } = this.#findShim(token, marked);
    const below = isRoot ? listBelow({ token, shim, isRoot }) : null;
    // A log's copier ends with the last who writes to it.
    const spared = new Set([shim?.pid, ...(below?.copiers ?? []).map(({ pid }) => pid)]);
    // Parents first: a script must not go on with its next line.
    const members = new Map([...(below?.members ?? []), ...marked].map((one) => [one.pid, one]));
    const victims = [...members.values()].filter(({ pid }) => !spared.has(pid));
    for (const victim of victims) sendKill(victim);
    if (shim === null) return;
    if (victims.length > 0) this.#aloneSinceMs.delete(token);
    else if (hasSaid || this.#aloneForMs(token) > lastWordsMs) sendKill(shim);
  }

  #aloneForMs(token: string): number {
    const sinceMs = this.#aloneSinceMs.get(token) ?? performance.now();
    this.#aloneSinceMs.set(token, sinceMs);
    return performance.now() - sinceMs;
  }

  /** The one of them that the run's folder names, which its worker can't take the place of while it lives. */
  #findShim(token: string, marked: readonly ProcessRef[]): FoundShim {
    const [{ pid } = { pid: 0 }] = marked;
    const [board, run] = ["KANBUN_BOARD", "KANBUN_RUN"].map((name) => readProcessEnv(pid, name) ?? "");
    if (parseSlug(board ?? "") !== board || !/^[1-9]\d{0,15}$/.test(run ?? "")) return noShim;
    const { runs } = boardPaths(this.#home, board ?? "");
    const { directory, start } = RunDirectory.look(runs, Number(run), token);
    const { shim, isRoot } = start;
    const isThere = marked.some((one) => one.pid === shim?.pid && one.startTime === shim.startTime);
    return isThere ? { shim, isRoot, hasSaid: directory.readEnd().exit !== null } : noShim;
  }
}

type FoundShim = Pick<RunStart, "shim" | "isRoot"> & {
  /** How its worker ended is written down. */
  readonly hasSaid: boolean;
};

const noShim: FoundShim = { shim: null, isRoot: false, hasSaid: false };

/** One that may not be signalled, because it changed its user, is beyond us: docs/many-hosts.md says so. */
function sendKill(process: ProcessRef): void {
  try {
    signalProcess(process, "SIGKILL");
  } catch (error) {
    if (!(error instanceof SignalError)) throw error;
  }
}
