/** How one learns that others have written to a board. */
export interface NewsSource {
  /** Another number than before when another connection has written to the board since, as of now. A server is asked for it. */
  getVersion(): Promise<number>;
  /** The same as it was last heard of, at most a second ago: for one that asks again and again. Costs microseconds. */
  getKnownVersion(): Promise<number>;
  /** Whether it was called for this dispatcher just now, and may be the only one; else it found by itself what is new. */
  readonly isCalled: boolean;
  /** It calls so seldom that it may be listened to while much is written. */
  readonly isPaced: boolean;
  /**
   * Has `onNews` called soon after something may have been written, by whomever, until it is ended; null where no one would
   * call. No more than a hint: no one may rest on it, and what was written before is for the caller to find.
   */
  tryListen(onNews: () => void): NewsListener | null;
}

export interface NewsListener {
  /** False once what told it is gone: then it is to be asked again, or begun anew. */
  readonly isListening: boolean;
  end(): void;
}
