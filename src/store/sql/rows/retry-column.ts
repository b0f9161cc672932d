import type { RetryPolicy } from "../../../board/retry-policy.ts";

/** What a run's row keeps of the rules by which it is closed. */
export function formatRetry(policy: RetryPolicy): string {
  return JSON.stringify({
    max_retries: policy.maxRetries,
    retry_delay_ms: policy.retryDelayMs,
    retry_delay_max_ms: policy.retryDelayMaxMs,
    rate_limit_delays_ms: policy.rateLimitDelaysMs,
  });
}

/** null for what is no policy: nothing was kept, or another program wrote it. */
export function parseRetry(text: string | null): RetryPolicy | null {
  if (typeof text !== "string") return null;
  try {
    const kept = JSON.parse(text) as Record<string, unknown> | null;
    const maxRetries = toCount(kept?.max_retries);
    const retryDelayMs = toCount(kept?.retry_delay_ms);
    const retryDelayMaxMs = toCount(kept?.retry_delay_max_ms);
    const delays = Array.isArray(kept?.rate_limit_delays_ms) ? kept.rate_limit_delays_ms.map(toCount) : null;
    const rateLimitDelaysMs = delays?.filter((delay) => delay !== null);
    if (maxRetries === null || maxRetries < 1 || retryDelayMs === null || retryDelayMaxMs === null)
      return null;
    if (rateLimitDelaysMs === undefined || rateLimitDelaysMs.length !== delays?.length) return null;
    return { maxRetries, retryDelayMs, retryDelayMaxMs, rateLimitDelaysMs };
  } catch {
    return null; // no JSON: the one who closes it goes by its own configuration
  }
}

function toCount(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
}
