import { BoardUpkeep } from "../board-upkeep.ts";
import type { Dispatcher } from "../dispatcher.ts";
import { hasMovedTasks, type TickReport } from "../report/report.ts";
import type { LoopOptions } from "./loop.ts";

/**
 * From one look at what others have written to the next: shortly after something was, when nothing was for long, and then
 * where the kernel says when to look.
 */
export const newsIntervalMs = { busy: 25, quiet: 100, watched: 1_000 };
/** From one attempt to get the lock to the next, at last. */
const retryMsMax = 100;
/** Where nothing runs or is ready, nothing can end unnoticed, and no slot that comes free is waited for: then so many intervals are one. */
const restFactor = 10;
/** How often a resident looks at processes that are about to start or to end, which wake no one. */
const passingIntervalMs = 50;
const passingReasons: ReadonlySet<string> = new Set(["launching", "leaving", "stopping"]);

/**
 * When a resident ticks one board: when it was woken, when something is due, and after the interval. It asks for no other
 * resident: one that loses the lock tries again until its own tick has gone through, and a tick without work is cheap.
 */
export class BoardWatch {
  readonly dispatcher: Dispatcher;
  readonly upkeep: BoardUpkeep;
  readonly #options: LoopOptions;
  /** By `performance.now()`. */
  #tickAtMs = performance.now();
  #retryMs = 0;
  /** Whether what waits for nothing any more is looked for on the whole board: a promotion that was refused is found in no other way. */
  #reconciles = true;

  constructor(dispatcher: Dispatcher, options: LoopOptions) {
    this.dispatcher = dispatcher;
    this.upkeep = new BoardUpkeep(dispatcher, options.nowMs);
    this.#options = options;
  }

  /** When it has something to do next, by `performance.now()`. */
  get nextMs(): number {
    return Math.min(this.#tickAtMs, this.upkeep.nextMs);
  }

  /** A tick that begins from now on is to take place, at once. */
  wake(): void {
    this.upkeep.noteChange();
    this.#tickAtMs = performance.now();
  }

  /** Looks whether others have written to the board, and is woken if so. */
  async lookForNews(): Promise<boolean> {
    const hasNews = await this.dispatcher.hasNews();
    if (hasNews) this.wake();
    return hasNews;
  }

  /** Ticks if it is time for that; the report, or null. */
  async turn(): Promise<TickReport | null> {
    if (performance.now() < this.#tickAtMs) return null;
    // A wake from here on asks for another tick: this one may have looked already.
    this.#tickAtMs = Number.POSITIVE_INFINITY;
    const sinceMs = this.#options.nowMs();
    const report = await this.#tick();
    const pauseMs = report?.skippedLocked ? this.#nextRetryMs() : await this.#pauseMsAfter(report, sinceMs);
    this.#tickAtMs = Math.min(this.#tickAtMs, performance.now() + pauseMs);
    return report;
  }

  async #tick(): Promise<TickReport | null> {
    const { max, onError, onReport } = this.#options;
    try {
      const report = await this.dispatcher.tick({
        reconcile: this.#reconciles,
        ...(max === undefined ? {} : { max }),
      });
      onReport(report);
      this.upkeep.noteTick(report);
      if (!report.skippedLocked) this.#reconciles = report.held.some(({ reason }) => reason === "refused");
      return report;
    } catch (error) {
      onError(this.dispatcher.board, error);
      return null;
    }
  }

  #nextRetryMs(): number {
    this.#retryMs = Math.min(Math.max(1, 2 * this.#retryMs), retryMsMax);
    return this.#retryMs;
  }

  /** @param sinceMs what became due later than this, by the boards' clock, may have been missed by the tick. */
  async #pauseMsAfter(report: TickReport | null, sinceMs: number): Promise<number> {
    this.#retryMs = 0;
    const { intervalMs, nowMs } = this.#options;
    if (report === null) return intervalMs;
    const isPassing = report.held.some(({ reason }) => passingReasons.has(reason));
    // On a server's board others write meanwhile: what is to come after a write of our own is seen by the look at that.
    if (this.dispatcher.news?.isPaced === true && hasMovedTasks(report))
      return isPassing ? passingIntervalMs : newsIntervalMs.watched;
    // A board that can't be read now is not asked when its tasks are due: the interval is there for that.
    const unknown = { nextDueMs: null, nextRepeatMs: null, liveHere: 0, hasReady: true };
    const outlook = await this.dispatcher.outlook(sinceMs).catch(() => unknown);
    const { nextDueMs, nextRepeatMs, liveHere, hasReady } = outlook;
    const inMs = (atMs: number | null) =>
      atMs === null ? Number.POSITIVE_INFINITY : Math.max(1, atMs - nowMs());
    return Math.min(
      inMs(nextDueMs),
      inMs(nextRepeatMs),
      isPassing ? passingIntervalMs : Number.POSITIVE_INFINITY,
      Math.max(1, this.dispatcher.nextScratchMs - performance.now()),
      intervalMs * (liveHere > 0 || hasReady ? 1 : restFactor),
    );
  }
}
