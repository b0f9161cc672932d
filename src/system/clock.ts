/** Where the time comes from, so that a test can move it. */
export interface Clock {
  /** Milliseconds since 1970 (UTC). Wall time: it may jump, also backwards. */
  nowMs(): number;
  /** Milliseconds since the machine was started, also those it slept: never jumps, the same in every process of this boot. */
  monotonicMs(): number;
  /** Which boot that counts from: times of two boots can't be compared. */
  readonly bootId: string;
}
