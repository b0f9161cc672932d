/** What becomes of the runs of a host that falls silent: held until it is back or a person gives them away, or taken over. */
export const takeovers = ["never", "lease"] as const;
export type Takeover = (typeof takeovers)[number];

/** As a board has it. A word of a newer Kanbun: held is what no one regrets. */
export function toTakeover(word: unknown): Takeover {
  return word === "lease" ? "lease" : "never";
}

/** Under which lease a host claims. */
export interface LeaseTerm {
  readonly hostId: string;
  /** The last of its epochs that is over, 0 for none: all workers that it started since live by one lease. */
  readonly term: number;
}

/**
 * The parts of a host's lease, in sixths of it. Between its end by the host's own clock and a take-over by another's there is a
 * third of it, which is what the two clocks may differ by in their rates.
 */
export function leaseParts(leaseMs: number): {
  /** For the answer to a beat: longer is not waited, so that the next one has its turn. */
  readonly answerMs: number;
  /** From the time before a beat was sent to the end of the lease that it brings. */
  readonly heldMs: number;
  /** For so long a host must have been silent. */
  readonly takeoverMs: number;
  /** Of looks at other hosts that are further apart the later one is a first one. */
  readonly gapMs: number;
} {
  const partMs = Math.floor(leaseMs / 6);
  return { answerMs: partMs, heldMs: leaseMs - partMs, takeoverMs: leaseMs + partMs, gapMs: 3 * partMs };
}
