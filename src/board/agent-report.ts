import type { EndedUsage } from "./usage.ts";

/** What a coding agent said at its end, in its own last events. */
export interface AgentReport {
  /** In words, why it did not do what it was asked: out of turns or money, refused, an error. Null: it says none. */
  readonly error: string | null;
  /** Its final message; null: none. */
  readonly text: string | null;
  readonly isRateLimited: boolean;
  /** How long from now until it may go on, as it said; null: it did not say. */
  readonly retryAfterMs: number | null;
  /** null: it says nothing of what it used. */
  readonly usage: EndedUsage | null;
}
