import type { RetryPolicy } from "./retry-policy.ts";
import type { RunOutcome } from "./run.ts";
import type { RunEnding } from "./run-ending.ts";

/** What the task has been through so far, in a row. */
export interface Streaks {
  readonly consecutiveFailures: number;
  readonly rateLimits: number;
  /** How often it came back without a failure: interrupted, stale, reclaimed, sent back by a reviewer's run. */
  readonly returns: number;
}

/** What `returns` counts, for a caller that explains it: how often in a row, and the last one's kind. */
export interface Returns {
  readonly times: number;
  readonly outcome: RunOutcome;
}

/** What becomes of the task. */
export interface NextStep extends Streaks {
  readonly status: "done" | "ready" | "blocked";
  readonly dueAtMs: number | null;
  /** The breaker tripped: the task is blocked until a person unblocks it. */
  readonly gaveUp: boolean;
  /** The whole profile starts nothing before this instant. */
  readonly pauseProfileUntilMs: number | null;
}

const failures: ReadonlySet<RunOutcome> = new Set<RunOutcome>(["crashed", "timed_out", "spawn_failed"]);

/** Whether a run that ended so counts as a failure. */
export function isFailure(outcome: RunOutcome | null): boolean {
  return outcome !== null && failures.has(outcome);
}

/** What a task that comes back without a failure waits: so long the first time, and so long at most. */
const returnDelayMs = { first: 1_000, max: 3_600_000 };

/**
 * What the end of a run means for its task: the outcome table. Each way back to ready counts towards `maxRetries`, or
 * waits longer each time (I14).
 * `random` in [0, 1) spreads retries, so that tasks which came back together do not start together.
 * `blocked`, `scheduled`, `cancelled` end by the move that caused them and never come here.
 */
export function decideNextStep(
  ending: RunEnding,
  before: Streaks,
  policy: RetryPolicy,
  at: { readonly nowMs: number; readonly random: number },
): NextStep {
  const calm = { dueAtMs: null, gaveUp: false, pauseProfileUntilMs: null };
  if (ending.outcome === "completed")
    return { ...calm, status: "done", consecutiveFailures: 0, rateLimits: 0, returns: 0 };

  if (ending.outcome === "rate_limited") {
    const rateLimits = before.rateLimits + 1;
    const untilMs = at.nowMs + (ending.retryAfterMs ?? rateLimitDelayMs(policy, rateLimits));
    return {
      ...calm,
      ...before,
      rateLimits,
      status: "ready",
      dueAtMs: untilMs,
      pauseProfileUntilMs: untilMs,
    };
  }

  if (failures.has(ending.outcome)) {
    const consecutiveFailures = before.consecutiveFailures + 1;
    const gaveUp = ending.again === "never" || consecutiveFailures >= policy.maxRetries;
    const delay = { first: policy.retryDelayMs, max: policy.retryDelayMaxMs };
    return {
      ...calm,
      consecutiveFailures,
      rateLimits: 0,
      returns: 0,
      status: gaveUp ? "blocked" : "ready",
      dueAtMs: gaveUp ? null : at.nowMs + backOffMs(delay, consecutiveFailures, at.random),
      gaveUp,
    };
  }

  // stale, interrupted, reclaimed: not the task's fault; its failures so far still count.
  if (ending.again === "now") return { ...calm, ...before, returns: 0, status: "ready" };
  // A host that was rebooted once can be worked on at once.
  const mayStartAtOnce = ending.outcome === "interrupted" && ending.again !== "later";
  return { ...calm, ...before, status: "ready", ...decideReturn(before.returns, { ...at, mayStartAtOnce }) };
}

/** When a task that comes back without a failure starts again, and how often in a row it has then come back. */
export function decideReturn(
  before: number,
  at: { readonly nowMs: number; readonly random: number; readonly mayStartAtOnce: boolean },
): Pick<NextStep, "returns" | "dueAtMs"> {
  const returns = before + 1;
  if (at.mayStartAtOnce && returns === 1) return { returns, dueAtMs: null };
  return { returns, dueAtMs: at.nowMs + backOffMs(returnDelayMs, returns, at.random) };
}

/** Doubles from the first one on, up to the maximum, with a quarter of jitter either way. */
function backOffMs(delayMs: { first: number; max: number }, inARow: number, random: number): number {
  const doubled = delayMs.first * 2 ** Math.min(inARow - 1, 30);
  return Math.round(Math.min(doubled, delayMs.max) * (0.75 + random / 2));
}

function rateLimitDelayMs(policy: RetryPolicy, limitsInARow: number): number {
  const delays = policy.rateLimitDelaysMs;
  return delays[Math.min(limitsInARow, delays.length) - 1] ?? 0;
}
