import type { NewsListener, NewsSource } from "../../store/news.ts";

/**
 * Tells at once when something is written to boards; for the time in which nothing happens, so that nothing needs to be
 * asked. No more than a hint: where a board has no one to tell of changes there is none, and no one may rest on it.
 */
export class ChangeWatch {
  readonly #onChange: () => void;
  readonly #listeners = new Map<NewsSource, NewsListener | null>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /**
   * Listens to these boards from now on, and to no others. Whether each of them has been listened to since the call before:
   * what was written earlier is for the caller to find.
   */
  cover(sources: readonly NewsSource[]): boolean {
    for (const source of this.#listeners.keys()) if (!sources.includes(source)) this.#end(source);
    let isCovered = true;
    for (const source of sources) {
      isCovered &&= this.#listeners.get(source)?.isListening ?? false;
      if (!this.#listeners.has(source)) this.#listeners.set(source, source.tryListen(this.#onChange));
    }
    return isCovered;
  }

  close(): void {
    for (const source of this.#listeners.keys()) this.#end(source);
  }

  #end(source: NewsSource): void {
    this.#listeners.get(source)?.end();
    this.#listeners.delete(source);
  }
}
