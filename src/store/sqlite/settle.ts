import type { LiveRun } from "../../board/claim.ts";
import type { EventKind } from "../../board/event.ts";
import { decideNextStep, type RetryPolicy, type RunEnding } from "../../board/retry.ts";
import type { ClosedRun } from "../store.ts";
import { promoteChildren } from "./links.ts";
import { closeRun } from "./runs.ts";
import { appendEvent, type Scope } from "./scope.ts";
import { isInReview } from "./task-lookup.ts";
import { setNotBefore } from "./tasks.ts";

export interface SettleOptions {
  readonly policy: RetryPolicy;
  /** In [0, 1). */
  readonly random: number;
  readonly actor: string;
}

interface StreakRow {
  readonly consecutive_failures: number;
  readonly max_retries: number | null;
  readonly protocol_violations: number | null;
  readonly rate_limits: number | null;
}

/**
 * Closes a run with the outcome it had and does to its task what the outcome table says.
 * null when the run was closed already: then nothing is changed.
 */
export function settleEnding(
  scope: Scope,
  run: Pick<LiveRun, "taskId" | "runId" | "profile">,
  ending: RunEnding,
  options: SettleOptions,
): (ClosedRun & { readonly promoted: readonly string[] }) | null {
  if (!closeRun(scope, run, { outcome: ending.outcome, error: ending.error })) return null;
  const { taskId, runId } = run;
  const row = scope.db.get<StreakRow>(
    `SELECT t.consecutive_failures, t.max_retries, k.protocol_violations, k.rate_limits
     FROM tasks t LEFT JOIN kanbun_tasks k ON k.task_id = t.id WHERE t.id = :taskId`,
    { taskId },
  );
  const before = {
    consecutiveFailures: row?.consecutive_failures ?? 0,
    protocolViolations: row?.protocol_violations ?? 0,
    rateLimits: row?.rate_limits ?? 0,
  };
  const policy = { ...options.policy, maxRetries: row?.max_retries ?? options.policy.maxRetries };
  const next = decideNextStep(ending, before, policy, { nowMs: scope.nowMs, random: options.random });

  const event = (kind: EventKind, payload: Record<string, unknown>) =>
    appendEvent(scope, { taskId, runId: runId === 0 ? null : runId, kind, actor: options.actor, payload });
  event(ending.protocolViolation ? "protocol_violation" : (ending.outcome as EventKind), {
    exit_code: ending.exitCode,
    error: ending.error,
    ...(next.notBeforeMs === null ? {} : { not_before_ms: next.notBeforeMs }),
  });
  if (next.status === "done") {
    markDone(scope, taskId, null);
    const promoted = promoteChildren(scope, taskId, options.actor);
    return { taskId, runId, ending, status: "done", gaveUp: false, promoted };
  }

  const isReview = next.status === "ready" && isInReview(scope.db, taskId);
  const status = isReview ? "review" : next.status;
  scope.db.run(
    `UPDATE tasks SET status = :status, consecutive_failures = :failures,
       last_failure_error = CASE WHEN :error IS NULL THEN last_failure_error ELSE :error END WHERE id = :taskId`,
    { taskId, status, failures: next.consecutiveFailures, error: ending.error },
  );
  setNotBefore(scope, taskId, next.notBeforeMs);
  keepStreaks(scope, taskId, next);
  if (next.gaveUp)
    event("gave_up", {
      failures: ending.protocolViolation ? next.protocolViolations : next.consecutiveFailures,
      trigger_outcome: ending.outcome,
    });
  if (next.pauseProfileUntilMs !== null && run.profile !== null)
    pauseProfile(scope, run.profile, next.pauseProfileUntilMs, `rate limited by ${taskId}`);
  return { taskId, runId, ending, status, gaveUp: next.gaveUp, promoted: [] };
}

/** The columns of a task that is done. */
export function markDone(scope: Scope, id: string, result: string | null): void {
  scope.db.run(
    `UPDATE tasks SET status = 'done', completed_at = :nowS, result = coalesce(:result, result),
       consecutive_failures = 0, last_failure_error = NULL, block_kind = NULL, block_recurrences = 0 WHERE id = :id`,
    { id, nowS: scope.nowS, result },
  );
  scope.db.run("DELETE FROM kanbun_tasks WHERE task_id = :id", { id });
}

function keepStreaks(
  scope: Scope,
  taskId: string,
  streaks: { protocolViolations: number; rateLimits: number },
): void {
  const { protocolViolations, rateLimits } = streaks;
  if (protocolViolations === 0 && rateLimits === 0) {
    scope.db.run("UPDATE kanbun_tasks SET protocol_violations = 0, rate_limits = 0 WHERE task_id = :taskId", {
      taskId,
    });
    return;
  }
  scope.db.run(
    `INSERT INTO kanbun_tasks (task_id, protocol_violations, rate_limits)
     VALUES (:taskId, :protocolViolations, :rateLimits) ON CONFLICT (task_id) DO UPDATE SET
       protocol_violations = excluded.protocol_violations, rate_limits = excluded.rate_limits`,
    { taskId, protocolViolations, rateLimits },
  );
}

/** A longer pause stays: two tasks of one profile may be told different times. */
function pauseProfile(scope: Scope, profile: string, untilMs: number, reason: string): void {
  scope.db.run(
    `INSERT INTO kanbun_pauses (scope, until_ms, reason, since_ms) VALUES (:scope, :untilMs, :reason, :nowMs)
     ON CONFLICT (scope) DO UPDATE SET until_ms = max(until_ms, excluded.until_ms), reason = excluded.reason`,
    { scope: `profile:${profile}`, untilMs, reason, nowMs: scope.nowMs },
  );
}
