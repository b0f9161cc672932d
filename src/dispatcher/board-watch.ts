import type { Dispatcher } from "./dispatcher.ts";
import { LogKeeper } from "./log-keeper.ts";
import type { LoopOptions } from "./loop.ts";
import { hasMovedTasks, type TickReport } from "./report.ts";
import { ReportKeeper } from "./report-keeper.ts";

/**
 * From one look at what others have written to the next: shortly after something was, when nothing was for long, and then
 * where the kernel says when to look.
 */
export const newsIntervalMs = { busy: 25, quiet: 100, watched: 1_000 };
/** From one resident to the next in line. */
const rankMs = 25;
/** From one attempt to get the lock to the next, at last. */
const retryMsMax = 100;
/** When it can't be told whether the tick that was seen came before or after what was written. */
const doubtMs = 1_000;
/** Where nothing runs or is ready, nothing can end unnoticed, and no slot that comes free is waited for: then so many intervals are one. */
const restFactor = 10;
/** How often a resident looks at processes that are about to start or to end, which wake nobody. */
const settlingIntervalMs = 50;
const settlingReasons: ReadonlySet<string> = new Set(["launching", "leaving", "stopping"]);

/** A tick that must take place, here or elsewhere. */
interface OwedTick {
  /** Any tick that is not this one will do; null: only one of ours, for nothing is known of the others'. */
  readonly unlike: string | null;
  /** By `performance.now()`. */
  readonly atMs: number;
  /** What became due later than this, by the boards' clock, may have been missed by a tick of somebody else. */
  readonly sinceMs: number;
}

interface DueTick {
  /** By `performance.now()`. */
  readonly atMs: number;
  /** For the backstop any tick is good that is not this one; null: what becomes due needs one that begins then. */
  readonly unlike: string | null;
}

/** When a resident ticks one board: what woke it, what is due, and what others have done about it meanwhile. */
export class BoardWatch {
  readonly dispatcher: Dispatcher;
  readonly log: LogKeeper;
  readonly reports: ReportKeeper;
  readonly #options: LoopOptions;
  /** How many residents come before this one on this board. */
  readonly #rank: (board: string) => number;
  #owed: OwedTick | null = null;
  #due: DueTick = { atMs: Number.POSITIVE_INFINITY, unlike: null };
  #retryMs = 0;
  #hasTicked = false;
  /** Whether others come first, as far as was known last: only then it matters who ticks. */
  #isBehind = true;
  #lastTick = "";

  constructor(dispatcher: Dispatcher, rank: (board: string) => number, options: LoopOptions) {
    this.dispatcher = dispatcher;
    this.log = new LogKeeper(dispatcher);
    this.reports = new ReportKeeper(dispatcher, options);
    this.#rank = rank;
    this.#options = options;
    this.wake();
  }

  /** When there is something to do next, by `performance.now()`. */
  get nextMs(): number {
    return Math.min(this.#owed?.atMs ?? Number.POSITIVE_INFINITY, this.#due.atMs, this.reports.nextMs);
  }

  /** A tick that begins from now on is owed, at once. */
  wake(): void {
    this.log.noteChange();
    this.#oweOwn();
  }

  #oweOwn(): void {
    this.#owed = { unlike: null, atMs: performance.now(), sinceMs: this.#options.nowMs() };
  }

  /**
   * Looks whether others have written to the board. The first resident in line ticks at once; the next ones give
   * those before them time, and do nothing when a tick has begun meanwhile.
   */
  async lookForNews(): Promise<boolean> {
    const hasNews = await this.dispatcher.hasNews();
    const before = this.#lastTick;
    // After the look: what begins from here on has seen what was written.
    if (this.#isBehind || hasNews) this.#lastTick = this.#readTick().id;
    if (!hasNews) return false;
    this.log.noteChange();
    const rank = this.#readRank();
    if (rank === 0) this.wake();
    else this.#owe(this.#lastTick, rank * rankMs + (this.#lastTick === before ? 0 : doubtMs));
    return true;
  }

  /** Ticks if it is time for that, and nobody else has; the report, or null. */
  async turn(): Promise<TickReport | null> {
    const beganMs = performance.now();
    if (beganMs >= this.#due.atMs) this.#oweWhatIsDue();
    const owed = this.#owed;
    const isTickDue = owed !== null && beganMs >= owed.atMs;
    await this.reports.turn({ isTickDue });
    if (!isTickDue) return null;
    if (this.#isCovered(owed)) {
      await this.#settle(owed, { sinceMs: owed.sinceMs, isSettling: false });
      return null;
    }
    const sinceMs = this.#options.nowMs();
    try {
      const report = await this.dispatcher.tickAhead({ reconcile: !this.#hasTicked, ...this.#max });
      await this.reports.noteTick(report);
      if (hasMovedTasks(report)) this.log.noteChange();
      if (report.skippedLocked) {
        this.#tryAgain(owed);
      } else {
        this.#hasTicked = true;
        const isSettling = report.held.some((entry) => settlingReasons.has(entry.reason));
        await this.#settle(owed, { sinceMs, isSettling });
      }
      return report;
    } catch (error) {
      this.#options.onError(this.dispatcher.board, error);
      await this.reports.noteTick(null);
      if (this.#owed === owed) this.#owed = null;
      this.#due = { atMs: performance.now() + this.#options.intervalMs, unlike: this.#readTick().id };
      return null;
    }
  }

  get #max(): { readonly max?: number } {
    const { max } = this.#options;
    return max === undefined ? {} : { max };
  }

  /** Whoever lost the lock tries again, until a tick has gone through that began after it was woken. */
  #tryAgain(owed: OwedTick): void {
    this.#retryMs = Math.min(Math.max(1, 2 * this.#retryMs), retryMsMax);
    if (this.#owed !== owed) return; // woken again meanwhile
    const atMs = performance.now() + this.#retryMs;
    // Whoever is named now may have looked before we were woken: only another will do.
    this.#owed = { ...owed, unlike: owed.unlike ?? this.#readTick().id, atMs };
  }

  /** Whether a tick of somebody else has begun and ended that knows all that this one was to find. */
  #isCovered({ unlike }: OwedTick): boolean {
    if (unlike === null || !this.#hasTicked) return false;
    const last = this.#readTick();
    return last.hasEnded && last.id !== unlike;
  }

  #owe(unlike: string | null, patienceMs: number): void {
    const owed = this.#owed;
    if (owed?.unlike === null) return; // our own, and at once
    const atMs = performance.now() + patienceMs;
    const isOpen = owed !== null && !this.#isCovered(owed);
    if (isOpen && owed.unlike === unlike && owed.atMs <= atMs) return;
    const sinceMs = isOpen ? owed.sinceMs : this.#options.nowMs();
    this.#owed = { unlike, atMs: isOpen ? Math.min(atMs, owed.atMs) : atMs, sinceMs };
  }

  #oweWhatIsDue(): void {
    const rank = this.#readRank();
    const unlike = this.#due.unlike ?? this.#readTick().id;
    this.#due = { atMs: Number.POSITIVE_INFINITY, unlike: null };
    if (rank === 0) this.#oweOwn();
    else this.#owe(unlike, rank * rankMs);
  }

  async #settle(owed: OwedTick, at: { readonly sinceMs: number; readonly isSettling: boolean }) {
    this.#retryMs = 0;
    if (this.#owed === owed) this.#owed = null;
    this.#lastTick = this.#readTick().id;
    const { intervalMs, nowMs } = this.#options;
    // A board that can't be read now is not asked when its tasks are due: the interval is there for that.
    const unknown = { nextDueMs: null, liveHere: 0, hasReady: true };
    const { nextDueMs, liveHere, hasReady } = await this.dispatcher.outlook(at.sinceMs).catch(() => unknown);
    const dueInMs = nextDueMs === null ? Number.POSITIVE_INFINITY : Math.max(1, nextDueMs - nowMs());
    const ownMs = Math.min(dueInMs, at.isSettling ? settlingIntervalMs : Number.POSITIVE_INFINITY);
    const backstopMs = intervalMs * (liveHere > 0 || hasReady ? 1 : restFactor);
    this.#due = {
      atMs: performance.now() + Math.min(ownMs, backstopMs),
      unlike: ownMs > backstopMs ? this.#lastTick : null,
    };
  }

  #readRank(): number {
    const rank = this.#rank(this.dispatcher.board);
    this.#isBehind = rank > 0;
    return rank;
  }

  #readTick(): { readonly id: string; readonly hasEnded: boolean } {
    const note = this.dispatcher.readLastTick();
    if (note === null) return { id: "", hasEnded: false };
    return { id: `${note.pid} ${note.startTime} ${note.sinceMs}`, hasEnded: note.untilMs !== null };
  }
}
