import type { Dispatcher } from "./dispatcher.ts";

/** From one look at the write-ahead log's length to the next while the board is written to. */
const lookIntervalMs = 100;
/** A log of so many pages (64 MB) is emptied under load too: those who read or write wait for a moment. */
const logPagesMax = 16_000;
/** A board that no one has written to for so long has its log emptied. */
const quietMs = 5_000;
/** From one attempt to empty a log that readers keep to the next. */
const patienceMs = 10_000;

/**
 * When what was written to a board is moved from the write-ahead log into its database: by the process that dispatches, outside of
 * the dispatch lock, so that no tick waits for that (W39).
 */
export class CheckpointKeeper {
  readonly #dispatcher: Dispatcher;
  #hasChanged = true;
  #lookAtMs = Number.NEGATIVE_INFINITY;
  /** When it is to be emptied; never, once it is empty, until someone writes again. */
  #emptyAtMs = performance.now() + quietMs;
  #triedAtMs = Number.NEGATIVE_INFINITY;

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher;
  }

  /** Someone may have written to the board. */
  noteChange(): void {
    this.#hasChanged = true;
    this.#emptyAtMs = performance.now() + quietMs;
  }

  /** Does what is due. What goes wrong here is left to the next tick to say. */
  async turn(): Promise<void> {
    const nowMs = performance.now();
    try {
      const canEmpty = nowMs >= this.#triedAtMs + patienceMs;
      if (this.#hasChanged && nowMs >= this.#lookAtMs) {
        this.#hasChanged = false;
        this.#lookAtMs = nowMs + lookIntervalMs;
        const pages = await this.#dispatcher.checkpoint("passive");
        if (pages >= logPagesMax && canEmpty) await this.#empty(nowMs);
      } else if (nowMs >= this.#emptyAtMs && canEmpty) await this.#empty(nowMs);
    } catch {
      // The log only stays longer; what is wrong with the board, its next tick says.
      this.#triedAtMs = nowMs;
    }
  }

  async #empty(nowMs: number): Promise<void> {
    const pages = await this.#dispatcher.checkpoint("truncate");
    if (pages === 0) this.#emptyAtMs = Number.POSITIVE_INFINITY;
    else this.#triedAtMs = nowMs;
  }
}
