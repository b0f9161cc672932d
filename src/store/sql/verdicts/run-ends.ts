import type { LiveRun } from "../../../board/claim.ts";
import type { EventKind } from "../../../board/event.ts";
import { decideNextStep, type NextStep } from "../../../board/retry.ts";
import type { RetryPolicy } from "../../../board/retry-policy.ts";
import type { RunEnding } from "../../../board/run-ending.ts";
import { storableText } from "../../../board/storable-text.ts";
import type { TaskStatus } from "../../../board/task.ts";
import type { ClosedRun } from "../../tick.ts";
import { toWhole } from "../rows/odd-values.ts";
import { RowList } from "../rows/row-list.ts";
import { closeRuns } from "../runs/runs.ts";
import { appendEvents, type EventEntry, type Scope } from "../scope.ts";
import { type Steps, together } from "../steps.ts";
import { childrenOf, listChildren, promoteFinishedWaits } from "../tasks/links.ts";
import { statusWhenBack } from "./status-when-back.ts";

/** A run that ended, and by which rules it is decided what that means for its task. */
export interface RunEnd {
  readonly run: Pick<LiveRun, "taskId" | "runId" | "profile" | "retry">;
  readonly ending: RunEnding;
  /** For a run whose claim kept no rules of its own. */
  readonly policy: RetryPolicy;
  /** In [0, 1). */
  readonly random: number;
}

interface StreakRow {
  readonly id: string;
  readonly consecutive_failures: number;
  readonly max_retries: number | null;
  readonly rate_limits: number | null;
  readonly returns: number | null;
  readonly when_back: TaskStatus;
}

type Decision = RunEnd & { readonly next: NextStep; readonly whenBack: TaskStatus };

/**
 * Closes runs with the outcome that each had and does to its task what the outcome table says. A run that was closed
 * already is left out: nothing of it is changed.
 */
export function* applyRunEnds(
  scope: Scope,
  told: readonly RunEnd[],
  actor: string,
): Steps<{ readonly closed: readonly ClosedRun[]; readonly promoted: readonly string[] }> {
  if (told.length === 0) return { closed: [], promoted: [] };
  const ends = told.map((end) => ({ ...end, ending: storableEnding(end.ending) }));
  const taskIds = ends.map(({ run }) => run.taskId);
  const [closed, streaks, children] = yield* together(
    () =>
      closeRuns(
        scope,
        ends.map(({ run, ending }) => ({
          taskId: run.taskId,
          runId: run.runId,
          outcome: ending.outcome,
          summary: ending.summary ?? null,
          error: ending.error,
        })),
      ),
    () => scope.db.all<StreakRow>(selectStreaks, { ids: JSON.stringify(taskIds) }),
    () => listChildren(scope.db, taskIds),
  );
  const closedTaskIds = new Set(closed);
  // Each once, also when it was asked for twice.
  const decisions = decide(
    scope,
    ends.filter(({ run }) => closedTaskIds.delete(run.taskId)),
    new Map(streaks.map((row) => [row.id, row])),
  );
  yield* appendEvents(
    scope,
    decisions.flatMap((decision) => eventsOf(decision, actor)),
  );
  const done = decisions.filter(({ next }) => next.status === "done").map(({ run }) => run.taskId);
  yield* markDone(scope, done, null);
  yield* keepWaiting(
    scope,
    decisions.filter(({ next }) => next.status !== "done"),
  );
  yield* pauseProfiles(scope, decisions);
  return {
    closed: decisions.map(toClosedRun),
    promoted: yield* promoteFinishedWaits(scope, { candidates: childrenOf(children, done), actor }),
  };
}

const selectStreaks = `SELECT t.id, t.consecutive_failures, t.max_retries, k.rate_limits, r.times AS returns,
    ${statusWhenBack} AS when_back
  FROM json_each(:ids) j CROSS JOIN tasks t ON t.id = j.value LEFT JOIN kanbun_tasks k ON k.task_id = t.id
  LEFT JOIN kanbun_returns r ON r.task_id = t.id`;

function decide(
  scope: Scope,
  ends: readonly RunEnd[],
  streaks: ReadonlyMap<string, StreakRow>,
): readonly Decision[] {
  return ends.map((end) => {
    const row = streaks.get(end.run.taskId);
    const before = {
      consecutiveFailures: toWhole(row?.consecutive_failures) ?? 0,
      rateLimits: row?.rate_limits ?? 0,
      returns: row?.returns ?? 0,
    };
    const kept = end.run.retry ?? end.policy;
    const policy = { ...kept, maxRetries: toWhole(row?.max_retries) ?? kept.maxRetries };
    const at = { nowMs: scope.nowMs, random: end.random };
    const next = decideNextStep(end.ending, before, policy, at);
    return { ...end, next, whenBack: row?.when_back ?? "ready" };
  });
}

/** What a worker left as its last words is no reason not to write down how it ended. */
function storableEnding(ending: RunEnding): RunEnding {
  const error = storableText(ending.error);
  return ending.summary == null
    ? { ...ending, error }
    : { ...ending, error, summary: storableText(ending.summary) };
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
    ...(next.dueAtMs === null ? {} : { due_at_ms: next.dueAtMs }),
  });
  if (!next.gaveUp) return [ended];
  const isHopeless = ending.again === "never";
  const gaveUp = {
    failures: next.consecutiveFailures,
    trigger_outcome: ending.outcome,
    ...(isHopeless ? { is_hopeless: true } : {}),
  };
  // Other dispatchers open again what is blocked, unless the newest word about it is a block in this form.
  const reason = `it failed too often: ${ending.error?.split("\n", 1)[0] ?? ending.outcome}`;
  return [
    ended,
    event("gave_up", gaveUp),
    event("blocked", { reason, kind: null, ...gaveUp, gave_up: true }),
  ];
}

function statusOf({ next, whenBack }: Decision): TaskStatus {
  return next.status === "ready" ? whenBack : next.status;
}

function toClosedRun(decision: Decision): ClosedRun {
  const { run, ending, next } = decision;
  return { taskId: run.taskId, runId: run.runId, ending, status: statusOf(decision), gaveUp: next.gaveUp };
}

/** A task whose row another program's trigger passes over would be told to be over, and stay as it is. */
function endedTasks(count: number) {
  return { count, otherwise: `not all of ${count} tasks could be written` };
}

/** The columns of tasks that are done. */
export function* markDone(scope: Scope, ids: readonly string[], result: string | null): Steps<void> {
  if (ids.length === 0) return;
  yield* scope.db.sendExactly(
    `UPDATE tasks SET status = 'done', completed_at = :nowS, result = coalesce(:result, result),
       consecutive_failures = 0, last_failure_error = NULL, block_kind = NULL, block_recurrences = 0
     WHERE id IN (SELECT value FROM json_each(:ids))`,
    { ids: JSON.stringify(ids), nowS: scope.nowS, result },
    endedTasks(ids.length),
  );
  yield* forgetTasks(scope, ids);
}

const removals = ["kanbun_tasks", "kanbun_returns", "kanbun_forced"].map(
  (table) => `DELETE FROM ${table} WHERE task_id IN (SELECT value FROM json_each(:ids))`,
);

/** What is kept of tasks only until they are over. */
export function* forgetTasks({ db }: Scope, ids: readonly string[]): Steps<void> {
  const given = { ids: JSON.stringify(ids) };
  for (const remove of removals) yield* db.send(remove, given);
}

const waitingTasks = new RowList("waiting_tasks", {
  ...({ task_id: "TEXT", status: "TEXT", consecutive_failures: "INTEGER", error: "TEXT" } as const),
  ...({ not_before_ms: "INTEGER", rate_limits: "INTEGER", returns: "INTEGER", outcome: "TEXT" } as const),
});

/** Tasks that will run again, or wait for a person: what they went through, and until when they wait. */
function* keepWaiting({ db }: Scope, decisions: readonly Decision[]): Steps<void> {
  if (decisions.length === 0) return;
  const rows = decisions.map((decision) => ({
    task_id: decision.run.taskId,
    status: statusOf(decision),
    consecutive_failures: decision.next.consecutiveFailures,
    error: decision.ending.error,
    not_before_ms: decision.next.dueAtMs,
    rate_limits: decision.next.rateLimits,
    returns: decision.next.returns,
    outcome: decision.ending.outcome,
  }));
  yield* waitingTasks.with(db, rows, function* () {
    yield* db.sendExactly(
      `UPDATE tasks AS t SET status = w.status, consecutive_failures = w.consecutive_failures,
         last_failure_error = coalesce(w.error, t.last_failure_error)
       FROM temp.waiting_tasks w WHERE t.id = w.task_id`,
      {},
      endedTasks(rows.length),
    );
    yield* db.send(
      `INSERT INTO kanbun_tasks (task_id, not_before_ms, rate_limits)
       SELECT task_id, not_before_ms, rate_limits FROM temp.waiting_tasks
       WHERE true ON CONFLICT (task_id) DO UPDATE SET not_before_ms = excluded.not_before_ms,
         rate_limits = excluded.rate_limits`,
    );
    yield* db.send(
      "DELETE FROM kanbun_returns WHERE task_id IN (SELECT task_id FROM temp.waiting_tasks WHERE returns = 0)",
    );
    yield* db.send(
      `INSERT INTO kanbun_returns (task_id, times, outcome)
       SELECT task_id, returns, outcome FROM temp.waiting_tasks WHERE returns > 0
       ON CONFLICT (task_id) DO UPDATE SET times = excluded.times, outcome = excluded.outcome`,
    );
  });
}

const newPauses = new RowList("new_pauses", { scope: "TEXT", until_ms: "INTEGER", reason: "TEXT" });

/** A longer pause stays: two tasks of one profile may be told different times. */
function* pauseProfiles({ db, nowMs }: Scope, decisions: readonly Decision[]): Steps<void> {
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
  yield* newPauses.with(db, rows, () =>
    db.run(
      `INSERT INTO kanbun_pauses (scope, until_ms, reason, since_ms)
       SELECT scope, until_ms, reason, :nowMs FROM temp.new_pauses
       WHERE true ON CONFLICT (scope) DO UPDATE SET until_ms = max(kanbun_pauses.until_ms, excluded.until_ms), reason = excluded.reason`,
      { nowMs },
    ),
  );
}
