import type { Dispatcher } from "../dispatcher.ts";

/** After what went wrong with the board itself. */
const patienceMs = 10_000;

/**
 * When people are told of what has happened on a board: beside the ticks and without the dispatch lock, so that no tick
 * waits for a receiver.
 */
export class NoticeKeeper {
  readonly #dispatcher: Dispatcher;
  readonly #nowMs: () => number;
  readonly #end = new AbortController();
  #isDue = true;
  #underWay: Promise<void> | null = null;
  /** When what failed is tried again, by `performance.now()`. */
  #nextMs = Number.POSITIVE_INFINITY;

  /** @param nowMs by the board's clock */
  constructor(dispatcher: Dispatcher, nowMs: () => number) {
    this.#dispatcher = dispatcher;
    this.#nowMs = nowMs;
  }

  /** When there is something to do again, by `performance.now()`. */
  get nextMs(): number {
    return this.#underWay === null ? this.#nextMs : Number.POSITIVE_INFINITY;
  }

  /** There may be news. */
  noteTick(): void {
    this.#isDue = true;
  }

  /** Begins what is due, and waits for nothing. */
  turn(): void {
    if (this.#underWay !== null || !(this.#isDue || performance.now() >= this.#nextMs)) return;
    this.#isDue = false;
    this.#underWay = this.#tell().finally(() => {
      this.#underWay = null;
    });
  }

  /** Tells what is due now, in at most so many milliseconds; what is left then the next dispatcher tells. */
  async finish(withinMs: number): Promise<void> {
    const timer = setTimeout(() => this.#end.abort(), withinMs);
    try {
      do {
        this.turn();
        await this.#underWay;
      } while (this.#isDue && !this.#end.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  }

  async #tell(): Promise<void> {
    try {
      const nextAtMs = await this.#dispatcher.tell(this.#end.signal);
      this.#nextMs =
        nextAtMs === null
          ? Number.POSITIVE_INFINITY
          : performance.now() + Math.max(0, nextAtMs - this.#nowMs());
    } catch {
      // What is wrong with the board, its next tick says.
      this.#nextMs = performance.now() + patienceMs;
    }
  }
}
