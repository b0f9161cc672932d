import { hasChildEnded, type PidMark } from "../../native-shims/index.ts";
import type { LiveRun, ProcessMark } from "../board/claim.ts";
import type { RunDirectory } from "./run-directory.ts";

interface WonStart {
  readonly directory: RunDirectory;
  readonly shim: ProcessMark;
  /** By performance.now(). */
  readonly readAtMs: number;
}

interface Child {
  readonly pid: number;
  /** Its exit code was taken: its number may be anybody's by now. */
  hasEnded: boolean;
}

/** What was read of a run's folder is read again after this long: it may have been taken away. */
const freshForMs = 1_000;

/** What one process has seen of live runs, by their tokens, and need not look up at each tick again. */
export class KnownRuns {
  readonly #starts = new Map<string, WonStart>();
  readonly #children = new Map<string, Child>();
  readonly #begun = new Map<string, PidMark>();

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

  /**
   * The run's shim is a child of this process.
   * @param before from before it was started, where there is such a thing
   */
  holdChild(token: string, pid: number, before: PidMark | null): void {
    this.#children.set(token, { pid, hasEnded: false });
    if (before !== null) this.#begun.set(token, before);
  }

  /** A moment before the first process of any of these runs was started; null where that is not known of all. */
  startOf(tokens: Iterable<string>): PidMark | null {
    let first: PidMark | null = null;
    for (const token of tokens) {
      const begun = this.#begun.get(token);
      if (begun === undefined) return null;
      if (first === null || begun.forks < first.forks) first = begun;
    }
    return first;
  }

  /** The child's exit code was taken. */
  endChild(token: string): void {
    const child = this.#children.get(token);
    if (child !== undefined) child.hasEnded = true;
  }

  /** Whether the run's shim is a child that runs, or one that has ended; null: no child of this process, or not to be told. */
  sightChild(token: string): { readonly pid: number; readonly isRunning: boolean } | null {
    const child = this.#children.get(token);
    if (child === undefined) return null;
    const hasEnded = child.hasEnded || hasChildEnded(child.pid);
    return hasEnded === null ? null : { pid: child.pid, isRunning: !hasEnded };
  }

  /** Forgets the runs that are over. */
  keepOnly(live: readonly LiveRun[]): void {
    if (Math.max(this.#starts.size, this.#children.size, this.#begun.size) <= live.length) return;
    const tokens = new Set(live.map((run) => run.token));
    for (const known of [this.#starts, this.#children, this.#begun])
      for (const token of known.keys()) if (!tokens.has(token)) known.delete(token);
  }
}
