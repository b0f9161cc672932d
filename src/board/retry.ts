import type { RunOutcome } from "./run.ts";

/** The one policy for every way a run can fail: profile and board settings, resolved. */
export interface RetryPolicy {
  /** Failures in a row that block the task; at least 1. */
  readonly maxRetries: number;
  readonly retryDelayMs: number;
  readonly retryDelayMaxMs: number;
  /** The pause after the first, second, … rate limit in a row; the last one repeats. */
  readonly rateLimitDelaysMs: readonly number[];
}

/** How a run ended, before it is known what that means for its task. */
export interface RunEnding {
  readonly outcome: RunOutcome;
  /** What to show: the exit code or signal, and the log's last lines. Never read by a rule. */
  readonly error: string | null;
  readonly exitCode: number | null;
  /** Exit 0 of a profile that completes by verdict, without a verdict. */
  readonly protocolViolation: boolean;
  /** What a rate-limited worker asked for, or how long a machine that is short of something is spared. */
  readonly retryAfterMs: number | null;
}

/** What the task has been through so far, in a row. */
export interface Streaks {
  readonly consecutiveFailures: number;
  readonly protocolViolations: number;
  readonly rateLimits: number;
}

/** What becomes of the task. */
export interface NextStep extends Streaks {
  readonly status: "done" | "ready" | "blocked";
  readonly notBeforeMs: number | null;
  /** The breaker tripped: the task is blocked until a person unblocks it. */
  readonly gaveUp: boolean;
  /** The whole profile starts nothing before this instant. */
  readonly pauseProfileUntilMs: number | null;
}

/** A verdict forgotten three times in a row is not going to be remembered. */
const protocolViolationsMax = 3;

const failures: ReadonlySet<RunOutcome> = new Set<RunOutcome>(["crashed", "timed_out", "spawn_failed"]);

/**
 * What the end of a run means for its task: the outcome table.
 * `random` in [0, 1) spreads retries, so that tasks which failed together do not return together.
 * `blocked`, `scheduled`, `cancelled` end by the move that caused them and never come here.
 */
export function decideNextStep(
  ending: RunEnding,
  before: Streaks,
  policy: RetryPolicy,
  at: { readonly nowMs: number; readonly random: number },
): NextStep {
  const calm = { notBeforeMs: null, gaveUp: false, pauseProfileUntilMs: null };
  if (ending.outcome === "completed")
    return { ...calm, status: "done", consecutiveFailures: 0, protocolViolations: 0, rateLimits: 0 };

  if (ending.outcome === "rate_limited") {
    const rateLimits = before.rateLimits + 1;
    const pauseMs = ending.retryAfterMs ?? rateLimitDelayMs(policy, rateLimits);
    const untilMs = at.nowMs + pauseMs;
    return {
      ...before,
      rateLimits,
      status: "ready",
      notBeforeMs: untilMs,
      gaveUp: false,
      pauseProfileUntilMs: untilMs,
    };
  }

  if (ending.protocolViolation) {
    const protocolViolations = before.protocolViolations + 1;
    const gaveUp = protocolViolations >= protocolViolationsMax;
    return {
      ...before,
      rateLimits: 0,
      protocolViolations,
      status: gaveUp ? "blocked" : "ready",
      notBeforeMs: gaveUp ? null : at.nowMs + retryDelayMs(policy, protocolViolations, at.random),
      gaveUp,
      pauseProfileUntilMs: null,
    };
  }

  if (failures.has(ending.outcome)) {
    const consecutiveFailures = before.consecutiveFailures + 1;
    const gaveUp = consecutiveFailures >= policy.maxRetries;
    return {
      consecutiveFailures,
      protocolViolations: 0,
      rateLimits: 0,
      status: gaveUp ? "blocked" : "ready",
      notBeforeMs: gaveUp ? null : at.nowMs + retryDelayMs(policy, consecutiveFailures, at.random),
      gaveUp,
      pauseProfileUntilMs: null,
    };
  }

  // stale, interrupted, reclaimed: never the task's fault, ready at once, nothing forgotten either. What the machine
  // could not start for want of something is tried again a little later.
  const notBeforeMs = ending.retryAfterMs === null ? null : at.nowMs + ending.retryAfterMs;
  return { ...calm, ...before, status: "ready", notBeforeMs };
}

/** Doubles from the first failure on, up to the maximum, with a quarter of jitter either way. */
function retryDelayMs(policy: RetryPolicy, failuresInARow: number, random: number): number {
  const doubled = policy.retryDelayMs * 2 ** Math.min(failuresInARow - 1, 30);
  return Math.round(Math.min(doubled, policy.retryDelayMaxMs) * (0.75 + random / 2));
}

function rateLimitDelayMs(policy: RetryPolicy, limitsInARow: number): number {
  const delays = policy.rateLimitDelaysMs;
  return delays[Math.min(limitsInARow, delays.length) - 1] ?? 0;
}
