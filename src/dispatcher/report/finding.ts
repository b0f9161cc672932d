/** What is wrong with one task, run, folder or file, and with that one alone: the tick went on for all others (I13). */
export interface Finding {
  readonly about:
    | "scratch_folder"
    | "home"
    | "slots"
    | "other_board"
    | "configuration"
    | "board"
    | "repeat"
    | "run";
  readonly taskId: string | null;
  readonly runId: number | null;
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
      // What a run has left may be other processes at each tick.
      const key = finding.about === "run" ? `run ${finding.runId}` : JSON.stringify(finding);
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      this.#news.push(finding);
    }
  }

  /** Those of `all` that are met for the first time: for what is told together. */
  news<One>(all: readonly One[]): readonly One[] {
    const isNew = (key: string) => !this.#told.has(key) && this.#told.add(key);
    return all.filter((one) => isNew(JSON.stringify(one)));
  }

  /** As `add`, with all that there is of its kind: what is not among it any more is over, and told again if it comes back. */
  addAll(about: Finding["about"], findings: readonly Finding[]): void {
    const now = new Set(findings.map((finding) => JSON.stringify(finding)));
    for (const key of this.#told)
      if (key.startsWith(`{"about":"${about}"`) && !now.has(key)) this.#told.delete(key);
    this.add(findings);
  }

  /** What has not been told yet; to be told by the process that takes it. */
  take(): readonly Finding[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }
}
