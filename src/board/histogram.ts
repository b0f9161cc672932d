/** How often which length of time occurred. */
export interface Histogram {
  /** For each bound of those that were asked for, in their order: how many were no longer than it. */
  readonly upTo: readonly number[];
  readonly count: number;
  readonly sumMs: number;
}

/** How long things took on a board, over its whole history. */
export interface Durations {
  /** Of runs that are over. */
  readonly run: Histogram;
  /** From a task's creation to its first start. */
  readonly wait: Histogram;
  /** From a task's creation to its end. */
  readonly cycle: Histogram;
}
