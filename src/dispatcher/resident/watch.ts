import { reapAdopted, whyNoTrees } from "../../../native-shims/index.ts";
import type { Dispatcher } from "../dispatcher.ts";
import { endedRuns } from "../report/report.ts";
import { BoardWatch, newsIntervalMs } from "./board-watch.ts";
import { ChangeWatch } from "./change-watch.ts";
import type { LoopOptions } from "./loop.ts";
import type { WakeUp } from "./wake-up.ts";

/** For so long after something was written, more is expected. */
const busyForMs = 2_000;
/** From one collection of what was thrown away to the next, at rest, and where things happen now and then. It takes some 10 ms. */
const tidyIntervalMs = { rest: 60_000, least: 20_000 };
/** How often it is asked which boards there are when nothing happens on those that are known. */
const boardsForMs = 1_000;

/**
 * Ticks until told to stop: when a worker ends, when it is nudged, when someone writes to a board, when a task
 * becomes due, and in any case after the interval. A tick that was skipped is tried again: losing once means nothing.
 * @param boards the dispatchers of the boards as they are now, asked before each turn; they may come and go.
 * @throws {BoardError} damaged when no sound board is left.
 */
export async function watchBoards(
  boards: () => readonly Dispatcher[],
  wakeUp: WakeUp,
  options: LoopOptions,
): Promise<void> {
  options.signal?.addEventListener("abort", wakeUp.now);
  // What starts workers is compiled now: later on there may be no descriptor left for that.
  whyNoTrees();
  const watches = new Watches(options);
  const waiting = new Waiting(wakeUp);
  try {
    for (;;) {
      reapAdopted();
      const sound = watches.of(boards());
      for (const watch of sound) {
        if (options.signal?.aborted) return;
        const report = await watch.turn();
        // The slot that a worker left may be the one that another board waits for.
        if (report !== null && endedRuns(report).length > 0)
          for (const other of sound) if (other !== watch) other.wake();
      }
      if (options.signal?.aborted) return;
      for (const { upkeep } of sound) await upkeep.turn();
      await waiting.forWork(sound);
    }
  } finally {
    waiting.end();
    await watches.finish();
  }
}

/** What a resident does most of the time: as little as can be. */
class Waiting {
  readonly #wakeUp: WakeUp;
  readonly #changes: ChangeWatch;
  #busyUntilMs = 0;
  #tidyAtMs = performance.now() + busyForMs;
  #tidiedAtMs = Number.NEGATIVE_INFINITY;

  constructor(wakeUp: WakeUp) {
    this.#wakeUp = wakeUp;
    this.#changes = new ChangeWatch(wakeUp.look);
  }

  end(): void {
    this.#changes.close();
  }

  /** Until one of the boards was woken, has news or has something due, and for a second at most. */
  async forWork(watches: readonly BoardWatch[]): Promise<void> {
    const untilMs = Math.min(performance.now() + boardsForMs, ...watches.map((watch) => watch.nextMs));
    for (let hasNews = false; !hasNews; ) {
      const nowMs = performance.now();
      if (nowMs >= untilMs) return;
      if (nowMs >= this.#tidyAtMs) this.#tidy(nowMs);
      const isTold = await this.#wakeUp.wait(Math.min(untilMs - nowMs, this.#lookInMs(nowMs, watches)));
      // A program that writes into the folder all the time, though no news, must not make us look all the time.
      if (isTold) this.#busyUntilMs = performance.now() + busyForMs;
      // Workers that end together are told one after the other: one tick will do for all that are known by now.
      if (this.#wakeUp.isPending) await new Promise(setImmediate);
      const woken = this.#wakeUp.take();
      hasNews = woken.isForAny;
      for (const watch of watches)
        if (woken.has(watch.dispatcher.board)) watch.wake();
        else if (await watch.lookForNews()) hasNews = true;
    }
    this.#busyUntilMs = performance.now() + busyForMs;
    this.#tidyAtMs = Math.max(this.#busyUntilMs, this.#tidiedAtMs + tidyIntervalMs.least);
  }

  #lookInMs(nowMs: number, watches: readonly BoardWatch[]): number {
    const sources = watches.flatMap(({ dispatcher }) => dispatcher.news ?? []);
    const paced = sources.filter(({ isPaced }) => isPaced);
    if (nowMs < this.#busyUntilMs && paced.length < sources.length) {
      // Of the others each write would be told, those of our own ticks as well.
      this.#changes.cover(paced);
      return newsIntervalMs.busy;
    }
    const isCovered = this.#changes.cover(sources);
    return isCovered ? newsIntervalMs.watched : newsIntervalMs.quiet;
  }

  /** Left to itself the collector waits until a lot has been thrown away, which at rest takes very long. */
  #tidy(nowMs: number): void {
    Bun.gc(true);
    this.#tidiedAtMs = nowMs;
    this.#tidyAtMs = nowMs + tidyIntervalMs.rest;
  }
}

/** For what is being told when a resident ends. */
const tellWithinMs = 1_000;

/** Each board's watch, for as long as the board is there. */
class Watches {
  readonly #options: LoopOptions;
  #byDispatcher = new Map<Dispatcher, BoardWatch>();

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /** Ends what goes on beside the ticks. */
  async finish(): Promise<void> {
    const watches = [...this.#byDispatcher.values()];
    await Promise.all(watches.map(({ upkeep }) => upkeep.finish(tellWithinMs)));
  }

  /** @throws {BoardError} damaged when no sound board is left. */
  of(dispatchers: readonly Dispatcher[]): readonly BoardWatch[] {
    const before = this.#byDispatcher;
    const watchOf = (one: Dispatcher) => before.get(one) ?? new BoardWatch(one, this.#options);
    const sound = dispatchers.filter(({ damage }) => damage === null);
    const damage = dispatchers.at(-1)?.damage;
    if (sound.length === 0 && damage) throw damage;
    this.#byDispatcher = new Map(sound.map((one) => [one, watchOf(one)]));
    return [...this.#byDispatcher.values()];
  }
}
