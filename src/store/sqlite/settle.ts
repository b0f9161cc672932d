import type { LiveRun } from "../../board/claim.ts";
import type { EventKind } from "../../board/event.ts";
import { decideNextStep, type NextStep, type RetryPolicy, type RunEnding } from "../../board/retry.ts";
import type { ClosedRun } from "../tick.ts";
import { promoteChildren } from "./links.ts";
import { RowList } from "./row-list.ts";
import { closeRuns } from "./runs.ts";
import { appendEvents, type EventEntry, type Scope } from "./scope.ts";

/** A run that ended, and by which rules it is decided what that means for its task. */
export interface Settlement {
  readonly run: Pick<LiveRun, "taskId" | "runId" | "profile">;
  readonly ending: RunEnding;
  readonly policy: RetryPolicy;
  /** In [0, 1). */
  readonly random: number;
}

interface StreakRow {
  readonly id: string;
  readonly consecutive_failures: number;
  readonly max_retries: number | null;
  readonly protocol_violations: number | null;
  readonly rate_limits: number | null;
  readonly in_review: number | null;
}

type Decision = Settlement & { readonly next: NextStep; readonly isInReview: boolean };

/**
 * Closes runs with the outcome that each had and does to its task what the outcome table says. A run that was closed
 * already is left out: nothing of it is changed.
 */
export function settleEndings(
  scope: Scope,
  settlements: readonly Settlement[],
  actor: string,
): { readonly closed: readonly ClosedRun[]; readonly promoted: readonly string[] } {
  if (settlements.length === 0) return { closed: [], promoted: [] };
  const settled = new Set(
    closeRuns(
      scope,
      settlements.map(({ run, ending }) => ({
        taskId: run.taskId,
        runId: run.runId,
        outcome: ending.outcome,
        error: ending.error,
      })),
    ),
  );
  // Each once, also when it was asked for twice.
  const decisions = decide(
    scope,
    settlements.filter(({ run }) => settled.delete(run.taskId)),
  );
  appendEvents(
    scope,
    decisions.flatMap((decision) => eventsOf(decision, actor)),
  );
  const done = decisions.filter(({ next }) => next.status === "done").map(({ run }) => run.taskId);
  markDone(scope, done, null);
  keepWaiting(
    scope,
    decisions.filter(({ next }) => next.status !== "done"),
  );
  pauseProfiles(scope, decisions);
  return {
    closed: decisions.map(toClosedRun),
    promoted: promoteChildren(scope, done, actor),
  };
}

function decide(scope: Scope, settlements: readonly Settlement[]): Decision[] {
  const rows = scope.db.all<StreakRow>(
    `SELECT t.id, t.consecutive_failures, t.max_retries, k.protocol_violations, k.rate_limits, k.in_review
     FROM json_each(:ids) j CROSS JOIN tasks t ON t.id = j.value LEFT JOIN kanbun_tasks k ON k.task_id = t.id`,
    { ids: JSON.stringify(settlements.map(({ run }) => run.taskId)) },
  );
  const streaks = new Map(rows.map((row) => [row.id, row]));
  return settlements.map((settlement) => {
    const row = streaks.get(settlement.run.taskId);
    const before = {
      consecutiveFailures: row?.consecutive_failures ?? 0,
      protocolViolations: row?.protocol_violations ?? 0,
      rateLimits: row?.rate_limits ?? 0,
    };
    const policy = { ...settlement.policy, maxRetries: row?.max_retries ?? settlement.policy.maxRetries };
    const at = { nowMs: scope.nowMs, random: settlement.random };
    const next = decideNextStep(settlement.ending, before, policy, at);
    return { ...settlement, next, isInReview: row?.in_review === 1 };
  });
}

function eventsOf({ run, ending, next }: Decision, actor: string): EventEntry[] {
  const event = (kind: EventKind, payload: Record<string, unknown>): EventEntry => ({
    taskId: run.taskId,
    runId: run.runId === 0 ? null : run.runId,
    kind,
    actor,
    payload,
  });
  const ended = event(ending.protocolViolation ? "protocol_violation" : (ending.outcome as EventKind), {
    exit_code: ending.exitCode,
    error: ending.error,
    ...(next.notBeforeMs === null ? {} : { not_before_ms: next.notBeforeMs }),
  });
  if (!next.gaveUp) return [ended];
  const failures = ending.protocolViolation ? next.protocolViolations : next.consecutiveFailures;
  return [ended, event("gave_up", { failures, trigger_outcome: ending.outcome })];
}

/** A review that came to nothing goes back to review. */
function statusOf({ next, isInReview }: Decision): ClosedRun["status"] {
  return next.status === "ready" && isInReview ? "review" : next.status;
}

function toClosedRun(decision: Decision): ClosedRun {
  const { run, ending, next } = decision;
  return { taskId: run.taskId, runId: run.runId, ending, status: statusOf(decision), gaveUp: next.gaveUp };
}

/** The columns of tasks that are done. */
export function markDone(scope: Scope, ids: readonly string[], result: string | null): void {
  if (ids.length === 0) return;
  scope.db.run(
    `UPDATE tasks SET status = 'done', completed_at = :nowS, result = coalesce(:result, result),
       consecutive_failures = 0, last_failure_error = NULL, block_kind = NULL, block_recurrences = 0
     WHERE id IN (SELECT value FROM json_each(:ids))`,
    { ids: JSON.stringify(ids), nowS: scope.nowS, result },
  );
  scope.db.run("DELETE FROM kanbun_tasks WHERE task_id IN (SELECT value FROM json_each(:ids))", {
    ids: JSON.stringify(ids),
  });
}

const waitingTasks = new RowList("waiting_tasks", [
  ...(["task_id", "status", "consecutive_failures", "error", "not_before_ms"] as const),
  ...(["protocol_violations", "rate_limits"] as const),
]);

/** Tasks that will run again, or wait for a person: what they went through, and until when they wait. */
function keepWaiting({ db }: Scope, decisions: readonly Decision[]): void {
  if (decisions.length === 0) return;
  const rows = decisions.map((decision) => ({
    task_id: decision.run.taskId,
    status: statusOf(decision),
    consecutive_failures: decision.next.consecutiveFailures,
    error: decision.ending.error,
    not_before_ms: decision.next.notBeforeMs,
    protocol_violations: decision.next.protocolViolations,
    rate_limits: decision.next.rateLimits,
  }));
  waitingTasks.with(db, rows, () => {
    db.run(
      `UPDATE tasks AS t SET status = w.status, consecutive_failures = w.consecutive_failures,
         last_failure_error = coalesce(w.error, t.last_failure_error)
       FROM temp.waiting_tasks w WHERE t.id = w.task_id`,
    );
    db.run(
      `INSERT INTO kanbun_tasks (task_id, not_before_ms, protocol_violations, rate_limits)
       SELECT task_id, not_before_ms, protocol_violations, rate_limits FROM temp.waiting_tasks
       WHERE true ON CONFLICT (task_id) DO UPDATE SET not_before_ms = excluded.not_before_ms,
         protocol_violations = excluded.protocol_violations, rate_limits = excluded.rate_limits`,
    );
  });
}

const newPauses = new RowList("new_pauses", ["scope", "until_ms", "reason"]);

/** A longer pause stays: two tasks of one profile may be told different times. */
function pauseProfiles({ db, nowMs }: Scope, decisions: readonly Decision[]): void {
  const rows = decisions.flatMap(({ run, next }) =>
    next.pauseProfileUntilMs === null || run.profile === null
      ? []
      : {
          scope: `profile:${run.profile}`,
          until_ms: next.pauseProfileUntilMs,
          reason: `rate limited by ${run.taskId}`,
        },
  );
  if (rows.length === 0) return;
  newPauses.with(db, rows, () =>
    db.run(
      `INSERT INTO kanbun_pauses (scope, until_ms, reason, since_ms)
       SELECT scope, until_ms, reason, :nowMs FROM temp.new_pauses
       WHERE true ON CONFLICT (scope) DO UPDATE SET until_ms = max(until_ms, excluded.until_ms), reason = excluded.reason`,
      { nowMs },
    ),
  );
}
