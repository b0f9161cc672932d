/** Lets a nudge, a worker's exit or the end of the loop cut a wait short. */
export class WakeUp {
  #wake: (() => void) | null = null;
  #isForAll = false;
  #boards = new Set<string>();
  #isLookDue = false;

  /** Ends the wait, for all boards. */
  readonly now = (): void => {
    this.#isForAll = true;
    this.#wake?.();
  };

  /** Ends the wait, for the board `slug`. */
  forBoard(slug: string): void {
    this.#boards.add(slug);
    this.#wake?.();
  }

  /** Ends a wait, this one or the next: there may be something to look at. */
  readonly look = (): void => {
    this.#isLookDue = true;
    this.#wake?.();
  };

  get isPending(): boolean {
    return this.#isForAll || this.#boards.size > 0;
  }

  /** Waits to be woken, at most so long. A call before the wait is not lost. Whether it was told to look. */
  async wait(atMostMs: number): Promise<boolean> {
    if (!this.isPending && !this.#isLookDue) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, atMostMs);
      await promise;
      clearTimeout(timer);
      this.#wake = null;
    }
    const isLookDue = this.#isLookDue;
    this.#isLookDue = false;
    return isLookDue;
  }

  /** Tells for which boards it was called since this was last asked. */
  take(): { has(slug: string): boolean; readonly isForAny: boolean } {
    const { isPending } = this;
    const [isForAll, boards] = [this.#isForAll, this.#boards];
    this.#isForAll = false;
    this.#boards = new Set();
    return { has: (slug) => isForAll || boards.has(slug), isForAny: isPending };
  }
}
