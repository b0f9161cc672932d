/** The one policy for every way a run can fail: profile and board settings, resolved. */
export interface RetryPolicy {
  /** Failures in a row that block the task; at least 1. */
  readonly maxRetries: number;
  readonly retryDelayMs: number;
  readonly retryDelayMaxMs: number;
  /** The pause after the first, second, … rate limit in a row; the last one repeats. */
  readonly rateLimitDelaysMs: readonly number[];
}
