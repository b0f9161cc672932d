import type { RootState, StartedTree } from "../../../native-shims/index.ts";
import type { LiveRun, ProcessMark } from "../../board/claim.ts";
import type { RunDirectory, RunStart } from "../run-directory.ts";

interface WonStart extends RunStart {
  readonly directory: RunDirectory;
  readonly shim: ProcessMark;
  /** By performance.now(). */
  readonly readAtMs: number;
}

/**
 * What was read of a run's folder is read again after this long: it may have been removed. For all else the shim's process is
 * asked, at each tick.
 */
const freshForMs = 5_000;

/** What one process has seen of live runs, by their tokens, and need not look up at each tick again. */
export class KnownRuns {
  readonly #starts = new Map<string, WonStart>();
  readonly #trees = new Map<string, StartedTree>();
  readonly #killedAtMs = new Map<string, number>();

  /** The start, if it was seen before that the run's shim has won it. */
  getStart(token: string): WonStart | null {
    return this.#starts.get(token) ?? null;
  }

  isDueAgain({ readAtMs }: WonStart): boolean {
    return performance.now() - readAtMs > freshForMs;
  }

  rememberStart(token: string, start: Omit<WonStart, "readAtMs">): void {
    this.#starts.set(token, { ...start, readAtMs: performance.now() });
  }

  /** The run's shim is a child of this process. */
  holdTree(token: string, tree: StartedTree): void {
    this.#trees.set(token, tree);
  }

  /** Where the run's shim is now; null: it is no child of this process. */
  stateOfRoot(token: string): { readonly pid: number; readonly state: RootState } | null {
    const tree = this.#trees.get(token);
    return tree === undefined ? null : { pid: tree.pid, state: tree.state() };
  }

  /** This process has sent KILL to what is left of the run. */
  noteKill(token: string, atMonotonicMs: number): void {
    if (!this.#killedAtMs.has(token)) this.#killedAtMs.set(token, atMonotonicMs);
  }

  /** For how long something of the run has survived KILL; null: none was sent from here. */
  survivedKillForMs(token: string, nowMonotonicMs: number): number | null {
    const atMs = this.#killedAtMs.get(token);
    return atMs === undefined ? null : nowMonotonicMs - atMs;
  }

  /** Forgets the runs that are over. */
  keepOnly(live: readonly LiveRun[]): void {
    const all = [this.#starts, this.#trees, this.#killedAtMs];
    if (Math.max(...all.map((known) => known.size)) <= live.length) return;
    const tokens = new Set(live.map((run) => run.token));
    for (const known of all) for (const token of known.keys()) if (!tokens.has(token)) known.delete(token);
  }
}
