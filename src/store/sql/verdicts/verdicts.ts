import { BoardError } from "../../../board/error.ts";
import { requireLegalMove } from "../../../board/moves.ts";
import type { RetryPolicy } from "../../../board/retry-policy.ts";
import type { Task } from "../../../board/task.ts";
import type { By, Verdict } from "../../store.ts";
import { getLiveRun } from "../runs/live-runs.ts";
import { getReturns, noteReturn } from "../runs/returns.ts";
import {
  endRunByMove,
  freeRuns,
  recordWithoutRun,
  requestStop,
  requireAuthority,
  requireHolder,
} from "../runs/runs.ts";
import { appendEvent, type Scope } from "../scope.ts";
import { type Steps, together } from "../steps.ts";
import { attach } from "../tasks/attachments.ts";
import { blockChildren } from "../tasks/cancelled-parents.ts";
import { promoteChildren } from "../tasks/links.ts";
import { isInReview, requireTask } from "../tasks/task-lookup.ts";
import { setDue } from "../tasks/tasks.ts";
import { requireOther } from "./hand-ins.ts";
import { closeQuestions } from "./questions.ts";
import { applyRunEnds, forgetTasks, markDone } from "./run-ends.ts";
import { forgetForce } from "./status-when-back.ts";

/** Done, by its worker or by a person; children that waited for nothing else become ready. */
export function* completeTask(scope: Scope, id: string, verdict: Verdict, by: By): Steps<Task> {
  const [task, live] = yield* together(
    () => requireTask(scope.db, id),
    () => getLiveRun(scope.db, id),
  );
  requireLegalMoveOf(by, "complete", task);
  if (!by.run && (yield* isInReview(scope.db, id))) yield* requireOther(scope.db, id, by);
  const { summary = null, metadata = null, result = null } = verdict;
  const runId =
    (yield* endRunByMove(scope, task, { outcome: "completed", summary, metadata, live }, by)) ??
    (yield* recordWithoutRun(scope, id, { outcome: "completed", summary, metadata }));
  yield* attach(scope, id, verdict.attachments ?? [], by);
  yield* markDone(scope, [id], result);
  yield* appendEvent(scope, {
    taskId: id,
    runId,
    kind: "completed",
    actor: by.actor,
    payload: { result_len: result?.length ?? 0, summary },
  });
  const [, done] = yield* together(
    () => promoteChildren(scope, [id], by.actor),
    () => requireTask(scope.db, id),
  );
  return done;
}

/** A worker that comes too late is told that it was superseded, not that its task stands elsewhere. */
function requireLegalMoveOf(by: By, move: Parameters<typeof requireLegalMove>[0], task: Task): void {
  if (!by.run) requireLegalMove(move, task);
}

const soonMs = 1_000;

export function* scheduleTask(
  scope: Scope,
  id: string,
  { dueAtMs, reason }: { dueAtMs: number | null; reason: string | null },
  by: By,
): Steps<Task> {
  const task = yield* requireTask(scope.db, id);
  requireLegalMoveOf(by, "schedule", task);
  const before = yield* getReturns(scope.db, id);
  const runId = yield* endRunByMove(scope, task, { outcome: "scheduled", summary: reason }, by);
  yield* scope.db.send("UPDATE tasks SET status = 'scheduled' WHERE id = :id", { id });
  yield* closeQuestions(scope, id, null, null);
  // A worker that puts its task off until now starts again at once, forever: at a time of its own choice it may.
  const isNow = dueAtMs !== null && dueAtMs < scope.nowMs + soonMs;
  const backAtMs = by.run && isNow ? yield* noteReturn(scope, id, { before, outcome: "scheduled" }) : null;
  yield* setDue(scope, id, backAtMs ?? dueAtMs);
  yield* forgetForce(scope.db, id);
  yield* appendEvent(scope, {
    taskId: id,
    runId,
    kind: "scheduled",
    actor: by.actor,
    payload: {
      reason,
      due_at_ms: dueAtMs,
      ...(backAtMs === null ? {} : { waits_ms: backAtMs - scope.nowMs }),
    },
  });
  return yield* requireTask(scope.db, id);
}

/** Out of sight. A finished task keeps what it handed on; an unfinished one is cancelled by it. */
export function* archiveTask(scope: Scope, id: string, by: By): Steps<Task> {
  return yield* retire(scope, id, { move: "archive", kind: "archived", reason: null }, by);
}

/** Will never be done; its worker is ended. Children that wait for it are blocked until they are unlinked or unblocked. */
export function* cancelTask(scope: Scope, id: string, reason: string | null, by: By): Steps<Task> {
  if (!by.run) yield* requireHolder(scope.db, yield* requireTask(scope.db, id), by);
  // Cancelling is a decision about the worker as well: it needs no second one.
  return yield* retire(scope, id, { move: "cancel", kind: "cancelled", reason }, { ...by, force: true });
}

function* retire(
  scope: Scope,
  id: string,
  how: { move: "archive" | "cancel"; kind: "archived" | "cancelled"; reason: string | null },
  by: By,
): Steps<Task> {
  const task = yield* requireTask(scope.db, id);
  requireLegalMove(how.move, task);
  const runId = yield* endRunByMove(scope, task, { outcome: "cancelled", error: how.reason }, by);
  yield* scope.db.send("UPDATE tasks SET status = 'archived' WHERE id = :id", { id });
  yield* forgetTasks(scope, [id]);
  // For a caller that restores it.
  const before = {
    from: task.status,
    ...(task.dueAtMs === null ? {} : { due_at_ms: task.dueAtMs }),
  };
  const payload = { reason: how.reason, ...before };
  yield* appendEvent(scope, { taskId: id, runId, kind: how.kind, actor: by.actor, payload });
  if (task.completedAtMs === null) yield* blockChildren(scope, id, by.actor);
  return yield* requireTask(scope.db, id);
}

/** The worker's own word that it must come back later, with or without a time. */
export function* rateLimitTask(
  scope: Scope,
  id: string,
  limit: { retryAfterMs: number | null; policy: RetryPolicy },
  by: By,
): Steps<Task> {
  const task = yield* requireTask(scope.db, id);
  const run = yield* requireAuthority(scope, task, by);
  if (run === null)
    throw new BoardError("illegal_move", `${id} is not running: only a run can be rate limited`, {
      hint: "this command is for workers",
    });
  const ending = {
    outcome: "rate_limited",
    error: null,
    exitCode: null,
    protocolViolation: false,
    retryAfterMs: limit.retryAfterMs,
  } as const;
  yield* applyRunEnds(scope, [{ run, ending, policy: limit.policy, random: 0 }], by.actor);
  // A person's claim has no process that could be left, and would hold the task back for nothing.
  if (run.holder === "person") yield* freeRuns(scope, [run.runId]);
  else if (!by.run) yield* requestStop(scope, run.runId, "leave");
  return yield* requireTask(scope.db, id);
}
