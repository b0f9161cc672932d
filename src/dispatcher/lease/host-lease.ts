import { rmSync } from "node:fs";
import { readUptimeMs, tryLockFile } from "../../../native-shims/index.ts";
import { leaseParts } from "../../board/lease.ts";
import { LeaseFile } from "../../worker/lease/lease-file.ts";
import { LeasedProcesses } from "../../worker/lease/leased-processes.ts";
import { guardWord } from "./guard-word.ts";
import { guardLockPath, leasePath, listTerms } from "./lease-files.ts";

/** For what is killed to be gone. */
const killedWithinMs = 10_000;
const againMs = 10;
/** How often this process looks for itself, beside the guard, whether the lease is over. */
const lookMs = 250;
const emptyLooks = 5;

interface LeaseOptions {
  readonly home: string;
  /** `[stores.<name>]`. */
  readonly store: string;
  readonly leaseMs: number;
  /** How to run this very Kanbun. */
  readonly selfCommand: () => readonly string[];
  /** Called when the lease is held and guarded, so that work can be claimed. */
  readonly onHeld: () => void;
  /** Called when the guard can't be started: then nothing is claimed, and the next beat tries again. */
  readonly onError: (error: unknown) => void;
}

/**
 * The lease of a home of a store, as the process knows it that tells the server of the home. Nothing is written and no guard is
 * started before a board asks for it.
 */
export class HostLease {
  readonly #options: LeaseOptions;
  #term: number | null = null;
  /** By the time since boot: what the last beat was good for that the server has acknowledged. */
  #untilMs = 0;
  /** Since when a board asks for it; null: none does. */
  #neededAtMs: number | null = null;
  #timer: Timer | null = null;
  #emptyLooks = 0;
  #isClosed = false;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /**
   * Kills what was started under any lease of this store that is over.
   * @returns whether nothing of it is left: only then the home may be registered anew
   */
  async end(): Promise<boolean> {
    const { home, store } = this.#options;
    let isOver = true;
    for (const term of listTerms(home, store)) {
      const path = leasePath(home, store, term);
      if (term !== this.#term && new LeaseFile(path).readRestMs() > 0) continue;
      if (!(await this.#endTerm(path))) isOver = false;
    }
    this.#term = null;
    return isOver;
  }

  /**
   * The server has registered this home.
   * @param term the last of its epochs that is over there @param sentAtMs since boot, before the server was asked
   * @returns false where something is left of an earlier lease: nothing is claimed then
   */
  async begin(term: number, sentAtMs: number): Promise<boolean> {
    const { home, store } = this.#options;
    for (const other of listTerms(home, store)) {
      if (other === term) continue;
      const path = leasePath(home, store, other);
      // The server knows less than it did: it was restored, or failed over.
      if (other > term && new LeaseFile(path).readRestMs() > 0) return false;
      if (!(await this.#endTerm(path))) return false;
      for (const file of [path, `${path}.log`]) rmSync(file, { force: true });
    }
    this.#term = term;
    // Workers of an earlier process may live by it.
    if (listTerms(home, store).includes(term)) this.need();
    this.renew(sentAtMs);
    return true;
  }

  /** The server has acknowledged a beat. @param sentAtMs since boot, before it was sent: only that moves the end of the lease */
  renew(sentAtMs: number): void {
    const untilMs = sentAtMs + leaseParts(this.#options.leaseMs).heldMs;
    if (untilMs <= this.#untilMs) return;
    this.#untilMs = untilMs;
    this.#emptyLooks = 0;
    if (this.#neededAtMs !== null) this.#hold();
  }

  /** A board asks for a lease. @returns whether that is so new that the first guard may be on its way */
  need(): boolean {
    const nowMs = performance.now();
    this.#neededAtMs ??= nowMs;
    this.#timer ??= setInterval(() => this.#look(), lookMs).unref();
    this.#hold();
    return nowMs - this.#neededAtMs < killedWithinMs;
  }

  /** Its workers go on for as long as the lease was renewed. */
  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #hold(): void {
    if (this.#term === null || this.#untilMs <= readUptimeMs()) return;
    const path = leasePath(this.#options.home, this.#options.store, this.#term);
    new LeaseFile(path).write(this.#untilMs);
    if (!isGuarded(path)) this.#startGuard(path).catch(this.#options.onError);
  }

  async #startGuard(path: string): Promise<void> {
    const { home, selfCommand, onHeld } = this.#options;
    const { PATH = "/usr/bin:/bin", TMPDIR } = process.env;
    const guard = Bun.spawn([...selfCommand(), guardWord, home, path], {
      detached: true,
      cwd: "/",
      // No mark of a run: this process may itself be a worker's.
      env: TMPDIR === undefined ? { PATH } : { PATH, TMPDIR },
      stdin: "ignore",
      stdout: "ignore",
      stderr: Bun.file(`${path}.log`),
    });
    guard.unref();
    for (let waitedMs = 0; waitedMs < killedWithinMs; waitedMs += againMs) {
      await Bun.sleep(againMs);
      if (this.#isClosed) return;
      if (isGuarded(path)) return onHeld();
    }
  }

  /** The guard may have been killed, and this process not. */
  #look(): void {
    if (this.#term === null || this.#emptyLooks >= emptyLooks) return;
    const { home, store } = this.#options;
    const path = leasePath(home, store, this.#term);
    if (new LeaseFile(path).readRestMs() > 0) return;
    this.#emptyLooks = new LeasedProcesses(home, path).kill() === 0 ? this.#emptyLooks + 1 : 0;
  }

  async #endTerm(path: string): Promise<boolean> {
    new LeaseFile(path).write(0);
    const leased = new LeasedProcesses(this.#options.home, path);
    const untilMs = performance.now() + killedWithinMs;
    while (leased.kill() !== 0) {
      if (performance.now() > untilMs) return false;
      await Bun.sleep(againMs);
    }
    return true;
  }
}

/** Whether a guard watches that lease. */
export function isGuarded(path: string): boolean {
  const lock = tryLockFile(guardLockPath(path));
  lock?.release();
  return lock === null;
}
