import { hasChildEnded } from "../../native-shims/index.ts";
import type { LiveRun, ProcessMark } from "../board/claim.ts";
import type { RunDirectory } from "./run-directory.ts";

interface WonStart {
  readonly directory: RunDirectory;
  readonly shim: ProcessMark;
  /** By performance.now(). */
  readonly readAtMs: number;
}

/** What was read of a run's folder is read again after this long: it may have been taken away. */
const freshForMs = 1_000;

/** What one process has seen of live runs, by their tokens, and need not look up at each tick again. */
export class KnownRuns {
  readonly #starts = new Map<string, WonStart>();
  readonly #children = new Map<string, number>();

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

  /** The run's shim is a child of this process, until its end was seen. */
  holdChild(token: string, pid: number): void {
    this.#children.set(token, pid);
  }

  releaseChild(token: string): void {
    this.#children.delete(token);
  }

  /** True only for a child that runs; of all others nothing is said. */
  isChildRunning(token: string): boolean {
    const pid = this.#children.get(token);
    return pid !== undefined && hasChildEnded(pid) === false;
  }

  /** Forgets the runs that are over. */
  keepOnly(live: readonly LiveRun[]): void {
    if (this.#starts.size <= live.length && this.#children.size <= live.length) return;
    const tokens = new Set(live.map((run) => run.token));
    for (const known of [this.#starts, this.#children])
      for (const token of known.keys()) if (!tokens.has(token)) known.delete(token);
  }
}
