import type { LeaseTerm, Takeover } from "../board/lease.ts";
import type { RetryPolicy } from "../board/retry-policy.ts";
import type { SeenHost } from "./hosts.ts";
import type { ClosedRun } from "./tick.ts";

/** What a board of a server does with the runs of a host that falls silent. */
export interface TakeoverStore {
  getTakeover(): Promise<Takeover>;
  /** The same as of when the board's version was last asked for, which costs nothing; null: it was not. */
  readonly knownTakeover: Takeover | null;
  /** What was claimed before under another setting goes on as it was claimed. */
  setTakeover(takeover: Takeover): Promise<void>;
  /** Whether that run would be taken over, once the lease of its host is over. */
  isLeased(runId: number): Promise<boolean>;
  /** null: the host was never registered. */
  getTerm(hostId: string): Promise<LeaseTerm | null>;
  /**
   * Ends the runs that the host started under a lease, and that are open, in the transaction in which its epochs are declared over.
   * Their tasks are ready again.
   * @param seen a host that was silent for `leaseParts(…).takeoverMs` by the caller's own clock
   * @returns null where it was heard of since it was seen so, is not silent for long enough by the server's clock, or where the
   *   board's runs are held
   */
  takeOver(seen: SeenHost, how: TakeoverHow): Promise<readonly ClosedRun[] | null>;
}

export interface TakeoverHow {
  /** Who says so, and in words whose runs they were. */
  readonly by: string;
  readonly reason: string;
  readonly retry: RetryPolicy;
  /** In [0, 1). */
  readonly random: () => number;
}
