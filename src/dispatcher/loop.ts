import type { Dispatcher } from "./dispatcher.ts";
import type { TickReport } from "./report.ts";

export interface LoopOptions {
  /** By the boards' clock. */
  readonly nowMs: () => number;
  /** From tick to tick when nothing wakes the loop earlier; milliseconds. */
  readonly intervalMs: number;
  /** Ends the loop after the tick it is in; workers go on. */
  readonly signal?: AbortSignal;
  /** Called for every tick. */
  readonly onReport: (report: TickReport) => void;
  /** Claims at most so many tasks in each tick. */
  readonly max?: number;
  /** Called for a tick that failed; the other boards are ticked all the same, and this one again next time. */
  readonly onError: (board: string, error: unknown) => void;
}

/** What is left when a loop has ended. */
export interface LoopEnd {
  readonly ticks: number;
  /** The earliest task that becomes due by itself later on; null when there is none. */
  readonly nextDueMs: number | null;
}

/** Lets a worker's exit, or the end of the loop, cut a wait short. */
export class WakeUp {
  #wake: (() => void) | null = null;
  #isPending = false;

  readonly now = (): void => {
    this.#isPending = true;
    this.#wake?.();
  };

  /** Waits for `now`, at most so long; whether it came. A call of `now` before the wait is not lost. */
  async wait(atMostMs: number): Promise<boolean> {
    if (!this.#isPending) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, atMostMs);
      await promise;
      clearTimeout(timer);
      this.#wake = null;
    }
    const isWoken = this.#isPending;
    this.#isPending = false;
    return isWoken;
  }
}

/** How often a resident asks whether others have written to its boards. */
const newsIntervalMs = 25;

/** Waits until a worker has ended, somebody has written to one of the boards, or the time is over. */
async function waitForNews(
  dispatchers: readonly Dispatcher[],
  wakeUp: WakeUp,
  atMostMs: number,
): Promise<void> {
  const deadline = performance.now() + atMostMs;
  for (;;) {
    const leftMs = deadline - performance.now();
    if (leftMs <= 0 || (await wakeUp.wait(Math.min(newsIntervalMs, leftMs)))) return;
    for (const dispatcher of dispatchers) if (await dispatcher.hasNews()) return;
  }
}

/**
 * Ticks until told to stop: when a worker ends, when somebody writes to a board, when a task becomes due, and in any
 * case after the interval. A tick that was skipped is tried again: losing once means nothing.
 * @throws {BoardError} damaged when no sound board is left.
 */
export async function watchBoards(
  dispatchers: readonly Dispatcher[],
  wakeUp: WakeUp,
  options: LoopOptions,
): Promise<LoopEnd> {
  options.signal?.addEventListener("abort", wakeUp.now);
  let ticks = 0;
  let sound = dispatchers;
  while (!options.signal?.aborted) {
    const beganAtMs = options.nowMs();
    const { isSettling } = await tickAll(sound, options, ticks === 0);
    ticks += sound.length;
    sound = sound.filter(({ damage }) => damage === null);
    const damage = dispatchers.at(-1)?.damage;
    if (sound.length === 0 && damage) throw damage;
    // A board that can't be read now is not asked when its tasks are due: the interval is there for that.
    const nextDueMs = await outlookOf(sound, beganAtMs).then(
      (outlook) => outlook.nextDueMs,
      () => null,
    );
    const dueInMs = nextDueMs === null ? options.intervalMs : Math.max(1, nextDueMs - options.nowMs());
    const settledInMs = isSettling ? settlingIntervalMs : options.intervalMs;
    if (!options.signal?.aborted)
      await waitForNews(sound, wakeUp, Math.min(settledInMs, options.intervalMs, dueInMs));
  }
  return { ticks, nextDueMs: null };
}

/**
 * Ticks until nothing runs here and nothing will start by itself within `dueWithinMs`: back-offs, rate limits and
 * schedules that end earlier are waited for.
 */
export async function runUntilIdle(
  dispatchers: readonly Dispatcher[],
  wakeUp: WakeUp,
  options: LoopOptions & { readonly dueWithinMs: number },
): Promise<LoopEnd> {
  options.signal?.addEventListener("abort", wakeUp.now);
  let ticks = 0;
  for (;;) {
    // What became due while the ticks were under way may have been missed by them: it counts as still to come.
    const beganAtMs = options.nowMs();
    const { hasMoved } = await tickAll(dispatchers, options, ticks === 0);
    ticks += dispatchers.length;
    const outlook = await outlookOf(dispatchers, beganAtMs);
    const dueInMs =
      outlook.nextDueMs === null ? Number.POSITIVE_INFINITY : outlook.nextDueMs - options.nowMs();
    const isIdle = !hasMoved && outlook.liveHere === 0 && dueInMs > options.dueWithinMs;
    if (isIdle || options.signal?.aborted) return { ticks, nextDueMs: outlook.nextDueMs };
    if (!hasMoved) await wakeUp.wait(Math.max(1, Math.min(options.intervalMs, dueInMs)));
  }
}

/** How often a resident looks at processes that are about to start or to end, which wake nobody. */
const settlingIntervalMs = 50;
const settlingReasons: ReadonlySet<string> = new Set(["launching", "leaving", "stopping"]);

/** Whether any of the ticks changed anything, and whether any is waiting for processes to come or go. */
async function tickAll(
  dispatchers: readonly Dispatcher[],
  { onReport, onError, max }: LoopOptions,
  reconcile: boolean,
): Promise<{ readonly hasMoved: boolean; readonly isSettling: boolean }> {
  let hasMoved = false;
  let isSettling = false;
  for (const dispatcher of dispatchers) {
    try {
      const report = await dispatcher.tick({ reconcile, ...(max === undefined ? {} : { max }) });
      onReport(report);
      hasMoved ||= hasMovedTasks(report);
      isSettling ||= report.held.some((entry) => settlingReasons.has(entry.reason));
    } catch (error) {
      onError(dispatcher.board, error);
    }
  }
  return { hasMoved, isSettling };
}

/** Whether a tick did anything to a task. */
export function hasMovedTasks(report: TickReport): boolean {
  return report.promoted.length > 0 || movedRuns(report).length > 0;
}

/** The runs that a tick started or saw the end of. */
export function movedRuns(report: TickReport): readonly { readonly task: string }[] {
  const { spawned, completed, blocked, crashed, timedOut, stale, rateLimited, interrupted, reclaimed } =
    report;
  return [
    ...[spawned, completed, blocked, crashed, timedOut, stale, rateLimited, interrupted, reclaimed].flat(),
    ...report.spawnFailed,
  ];
}

async function outlookOf(dispatchers: readonly Dispatcher[], sinceMs: number) {
  let liveHere = 0;
  let nextDueMs: number | null = null;
  for (const dispatcher of dispatchers) {
    const outlook = await dispatcher.outlook(sinceMs);
    liveHere += outlook.liveHere;
    if (outlook.nextDueMs !== null)
      nextDueMs = Math.min(nextDueMs ?? Number.POSITIVE_INFINITY, outlook.nextDueMs);
  }
  return { liveHere, nextDueMs };
}
