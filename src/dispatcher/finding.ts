/** What is wrong with one task, run, folder or file, and with that one alone: the tick went on for all others (I13). */
export interface Finding {
  readonly about: "scratch_folder" | "home" | "slots" | "other_board";
  readonly task: string | null;
  readonly run: number | null;
  readonly path: string | null;
  readonly detail: string;
  /** What would end it; null where only its end is to be waited for. */
  readonly hint: string | null;
}

/** Tells each finding once: a resident meets most of them again at every tick. */
export class FindingKeeper {
  readonly #told = new Set<string>();
  #news: Finding[] = [];

  add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      const key = JSON.stringify(finding);
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      this.#news.push(finding);
    }
  }

  /** What has not been told yet; to be told by whoever takes it. */
  take(): readonly Finding[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }
}
