import type { BoardStore } from "../../store/store.ts";

/** So many are remembered: a board that is followed for weeks has many. */
const titlesMax = 1_000;

/** What the tasks of a board are called, each asked for once. */
export class TitleBook {
  readonly #store: BoardStore;
  readonly #titles = new Map<string, string>();

  constructor(store: BoardStore) {
    this.#store = store;
  }

  /** "" for a task that is not there. */
  async titleOf(taskId: string): Promise<string> {
    const known = this.#titles.get(taskId);
    if (known !== undefined) return known;
    const title = (await this.#store.getTask(taskId))?.title ?? "";
    if (this.#titles.size >= titlesMax) this.#titles.clear();
    this.#titles.set(taskId, title);
    return title;
  }
}
