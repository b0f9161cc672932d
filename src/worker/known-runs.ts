import { type HeldProcess, hasChildEnded, holdProcess, type PidMark } from "../../native-shims/index.ts";
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

interface Stranger {
  readonly pid: number;
  readonly held: HeldProcess;
}

/** Each takes a descriptor, and a process may have some thousand of them. */
const strangersMax = 100;

/** What was read of a run's folder is read again after this long: it may have been taken away. */
const freshForMs = 1_000;

/** What one process has seen of live runs, by their tokens, and need not look up at each tick again. */
export class KnownRuns {
  readonly #starts = new Map<string, WonStart>();
  readonly #children = new Map<string, Child>();
  readonly #strangers = new Map<string, Stranger>();
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

  /** The sessions of the children of this process that are none of these runs' and may still be there. */
  sessionsBesides(tokens: ReadonlySet<string>): ReadonlySet<number> {
    const others = [...this.#children].filter(([token, child]) => !child.hasEnded && !tokens.has(token));
    return new Set(others.map(([, child]) => child.pid));
  }

  /** The child's exit code was taken. */
  endChild(token: string): void {
    const child = this.#children.get(token);
    if (child !== undefined) child.hasEnded = true;
  }

  /** The run's shim is no child of this process, and was just seen alive. */
  holdStranger(token: string, shim: ProcessMark): void {
    if (this.#strangers.has(token) || this.#strangers.size >= strangersMax) return;
    const held = holdProcess(shim);
    if (held !== null) this.#strangers.set(token, { pid: shim.pid, held });
  }

  /** Whether the process that is held of a run still runs; null: none is, or it can't be told. */
  sightHeld(token: string): { readonly pid: number; readonly isRunning: boolean } | null {
    const child = this.#children.get(token);
    const stranger = this.#strangers.get(token);
    const pid = child?.pid ?? stranger?.pid ?? null;
    const hasEnded = child ? child.hasEnded || hasChildEnded(child.pid) : (stranger?.held.hasEnded() ?? null);
    return pid === null || hasEnded === null ? null : { pid, isRunning: !hasEnded };
  }

  /** Forgets the runs that are over. */
  keepOnly(live: readonly LiveRun[]): void {
    const all = [this.#starts, this.#children, this.#strangers, this.#begun];
    if (Math.max(...all.map((known) => known.size)) <= live.length) return;
    const tokens = new Set(live.map((run) => run.token));
    for (const known of all) for (const token of known.keys()) if (!tokens.has(token)) this.#forget(token);
  }

  /** Gives back the descriptors that it took. */
  close(): void {
    for (const token of [...this.#strangers.keys()]) this.#forget(token);
  }

  #forget(token: string): void {
    this.#strangers.get(token)?.held.close();
    for (const known of [this.#starts, this.#children, this.#strangers, this.#begun]) known.delete(token);
  }
}
