import type { HostUnderTest } from "./host.ts";

const lookEachMs = 2_000;

/** The board as someone sees it who looks again and again, and remembers. */
export class BoardSeen {
  /** As it was seen last. */
  done: ReadonlySet<string> = new Set();
  there: ReadonlySet<string> = new Set();
  readonly #host: HostUnderTest;
  readonly #undone = new Set<string>();
  #isOver = false;

  constructor(host: HostUnderTest) {
    this.#host = host;
  }

  /** Tasks that were done once, and were not in a later look. */
  get undone(): number {
    return this.#undone.size;
  }

  /** Looks until `end` is called. */
  async follow(): Promise<void> {
    while (!this.#isOver) {
      await this.#look();
      await Bun.sleep(lookEachMs);
    }
  }

  /** Until all of these that are still there are done, or the time is over. */
  async wait(tasks: readonly string[], withinMs: number): Promise<void> {
    const deadlineMs = performance.now() + withinMs;
    while (performance.now() < deadlineMs) {
      const hasLooked = await this.#look();
      if (hasLooked && tasks.every((task) => this.done.has(task) || !this.there.has(task))) return;
      await Bun.sleep(lookEachMs);
    }
  }

  end(): void {
    this.#isOver = true;
  }

  /** false: it could not be asked. */
  async #look(): Promise<boolean> {
    try {
      const out = await this.#host.run(["list", "--all", "--limit", "1000000", "--json"]);
      const tasks = JSON.parse(out).data.tasks as readonly { readonly id: string; readonly status: string }[];
      const done = new Set(tasks.filter(({ status }) => status === "done").map(({ id }) => id));
      for (const task of this.done) if (!done.has(task)) this.#undone.add(task);
      this.done = done;
      this.there = new Set(tasks.map(({ id }) => id));
      return true;
    } catch (error) {
      this.#host.note(`list: ${(error as Error).message}`);
      return false;
    }
  }
}
