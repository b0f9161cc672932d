import { BoardError } from "../../board/error.ts";
import { requireLegalMove } from "../../board/moves.ts";
import type { RetryPolicy } from "../../board/retry.ts";
import type { BlockKind, Task } from "../../board/task.ts";
import type { By, Verdict } from "../store.ts";
import { isOwnWork, readHandIn, requireOther, startReview } from "./hand-ins.ts";
import { countOpenParents, promoteChildren } from "./links.ts";
import { closeQuestions } from "./questions.ts";
import { forgetReturns } from "./returns.ts";
import { endRunByMove, freeRuns, requestStop, requireAuthority, requireHolder } from "./runs.ts";
import { appendEvent, type Scope } from "./scope.ts";
import { forgetTasks, markDone, settleEndings } from "./settle.ts";
import { forcePastParents, forgetForce, getStatusWhenBack } from "./status-when-back.ts";
import { isInReview, requireTask } from "./task-lookup.ts";
import { setNotBefore } from "./tasks.ts";

/** Done, by its worker or by a person; children that waited for nothing else become ready. */
export function completeTask(scope: Scope, id: string, verdict: Verdict, by: By): Task {
  const task = requireTask(scope.db, id);
  requireLegalMoveOf(by, "complete", task);
  if (!by.run && isInReview(scope.db, id)) requireOther(scope.db, id, by);
  const { summary = null, metadata = null, result = null } = verdict;
  const runId =
    endRunByMove(scope, task, { outcome: "completed", summary, metadata }, by) ??
    recordVerdictWithoutRun(scope, id, verdict);
  markDone(scope, [id], result);
  appendEvent(scope, {
    taskId: id,
    runId,
    kind: "completed",
    actor: by.actor,
    payload: { result_len: result?.length ?? 0, summary },
  });
  promoteChildren(scope, [id], by.actor);
  return requireTask(scope.db, id);
}

/** A worker that comes too late is told that it was superseded, not that its task stands elsewhere. */
function requireLegalMoveOf(by: By, move: Parameters<typeof requireLegalMove>[0], task: Task): void {
  if (!by.run) requireLegalMove(move, task);
}

/** What a person hands on when there was no run: kept where children look for it. */
function recordVerdictWithoutRun(scope: Scope, id: string, { summary, metadata }: Verdict): number | null {
  if (summary == null && metadata == null) return null;
  return scope.db.insert(
    `INSERT INTO task_runs (task_id, status, started_at, ended_at, outcome, summary, metadata)
     VALUES (:id, 'done', :nowS, :nowS, 'completed', :summary, :metadata)`,
    {
      id,
      nowS: scope.nowS,
      summary: summary ?? null,
      metadata: metadata == null ? null : JSON.stringify(metadata),
    },
  );
}

export function blockTask(
  scope: Scope,
  id: string,
  { reason, kind }: { reason: string | null; kind: BlockKind | null },
  by: By,
): Task {
  const task = requireTask(scope.db, id);
  requireLegalMoveOf(by, "block", task);
  const waitsForParents = kind === "dependency";
  if (waitsForParents && countOpenParents(scope.db, id) === 0)
    throw new BoardError("usage", `${id} has no open parent: a dependency block would never end`, {
      hint: `link it first (\`kanbun link <parent> ${id}\`), or block it with another kind`,
    });
  const runId = endRunByMove(scope, task, { outcome: "blocked", summary: reason }, by);
  if (task.status === "review") startReview(scope, id, readHandIn(scope.db, id));
  scope.db.run("UPDATE tasks SET status = :status, block_kind = :kind WHERE id = :id", {
    id,
    status: waitsForParents ? "todo" : "blocked",
    kind,
  });
  setNotBefore(scope, id, null);
  if (waitsForParents) forgetForce(scope.db, id);
  appendEvent(scope, { taskId: id, runId, kind: "blocked", actor: by.actor, payload: { reason, kind } });
  return requireTask(scope.db, id);
}

/** Ready again, or waiting again for parents; what it failed before is forgiven. */
export function unblockTask(scope: Scope, id: string, by: By): Task {
  const task = requireTask(scope.db, id);
  requireLegalMove("unblock", task);
  const status = getStatusWhenBack(scope.db, id);
  scope.db.run("UPDATE tasks SET status = :status WHERE id = :id", { id, status });
  setNotBefore(scope, id, null);
  forgiveFailures(scope, id);
  closeQuestions(scope, id, null, null);
  appendEvent(scope, { taskId: id, kind: "unblocked", actor: by.actor, payload: { status } });
  return requireTask(scope.db, id);
}

/** A new count of all that has gone wrong. */
function forgiveFailures({ db }: Scope, id: string): void {
  db.run("UPDATE tasks SET consecutive_failures = 0, last_failure_error = NULL WHERE id = :id", { id });
  db.run("UPDATE kanbun_tasks SET rate_limits = 0 WHERE task_id = :id", { id });
  forgetReturns(db, id);
}

/** A person's word that the task need not wait: neither for a time, nor for acceptance, nor for its parents. */
export function promoteTask(scope: Scope, id: string, by: By): Task {
  const task = requireTask(scope.db, id);
  const isWaitingForTime = task.status === "ready" && task.notBeforeMs !== null;
  if (!isWaitingForTime) requireLegalMove("promote", task);
  const openParents = countOpenParents(scope.db, id);
  if (task.status === "todo" && openParents > 0 && !by.force)
    throw new BoardError(
      "conflict",
      `${id} waits for ${openParents} unfinished parent${openParents === 1 ? "" : "s"}`,
      {
        hint: "repeat the command with --force to start it without them",
      },
    );
  if (by.force && openParents > 0) forcePastParents(scope.db, id);
  const status = getStatusWhenBack(scope.db, id);
  scope.db.run("UPDATE tasks SET status = :status WHERE id = :id", { id, status });
  setNotBefore(scope, id, null);
  forgetReturns(scope.db, id);
  appendEvent(scope, { taskId: id, kind: "promoted_manual", actor: by.actor, payload: { status } });
  return requireTask(scope.db, id);
}

export function scheduleTask(
  scope: Scope,
  id: string,
  { notBeforeMs, reason }: { notBeforeMs: number | null; reason: string | null },
  by: By,
): Task {
  const task = requireTask(scope.db, id);
  requireLegalMoveOf(by, "schedule", task);
  const runId = endRunByMove(scope, task, { outcome: "scheduled", summary: reason }, by);
  scope.db.run("UPDATE tasks SET status = 'scheduled' WHERE id = :id", { id });
  closeQuestions(scope, id, null, null);
  setNotBefore(scope, id, notBeforeMs);
  appendEvent(scope, {
    taskId: id,
    runId,
    kind: "scheduled",
    actor: by.actor,
    payload: { reason, not_before_ms: notBeforeMs },
  });
  return requireTask(scope.db, id);
}

/** Out of sight. A finished task keeps what it handed on; an unfinished one is cancelled by it. */
export function archiveTask(scope: Scope, id: string, by: By): Task {
  return retire(scope, id, { move: "archive", kind: "archived", reason: null }, by);
}

/** Will never be done; its worker is ended. Children keep waiting until they are unlinked, and say so. */
export function cancelTask(scope: Scope, id: string, reason: string | null, by: By): Task {
  if (!by.run) requireHolder(scope.db, requireTask(scope.db, id), by);
  // Cancelling is a decision about the worker as well: it needs no second one.
  return retire(scope, id, { move: "cancel", kind: "cancelled", reason }, { ...by, force: true });
}

function retire(
  scope: Scope,
  id: string,
  how: { move: "archive" | "cancel"; kind: "archived" | "cancelled"; reason: string | null },
  by: By,
): Task {
  const task = requireTask(scope.db, id);
  requireLegalMove(how.move, task);
  const runId = endRunByMove(scope, task, { outcome: "cancelled", error: how.reason }, by);
  scope.db.run("UPDATE tasks SET status = 'archived' WHERE id = :id", { id });
  forgetTasks(scope, [id]);
  appendEvent(scope, { taskId: id, runId, kind: how.kind, actor: by.actor, payload: { reason: how.reason } });
  return requireTask(scope.db, id);
}

/**
 * Takes a running task back. Its claim is given away only when the worker is gone, so it stays running until a
 * dispatcher has seen to that; with `force` a person vouches that there is no worker any more.
 */
export function reclaimTask(scope: Scope, id: string, reason: string | null, by: By): Task {
  const task = requireTask(scope.db, id);
  requireLegalMove("reclaim", task);
  if (!by.run) requireHolder(scope.db, task, by);
  giveBack(scope, task, reason, by);
  return requireTask(scope.db, id);
}

/** Gives the task to another profile; a worker of the former one is ended first. */
export function assignTask(scope: Scope, id: string, assignee: string | null, by: By): Task {
  const task = requireTask(scope.db, id);
  requireLegalMove("assign", task);
  if (assignee !== null && !by.force) requireOtherReviewer(scope, task, assignee);
  if (task.status === "running") {
    requireAuthority(scope, task, by);
    giveBack(scope, task, `reassigned to ${assignee ?? "nobody"}`, { ...by, force: false });
  }
  scope.db.run("UPDATE tasks SET assignee = :assignee WHERE id = :id", { id, assignee });
  if (assignee !== task.assignee) startNewCount(scope, task);
  appendEvent(scope, {
    taskId: id,
    kind: "assigned",
    actor: by.actor,
    payload: { assignee, from: task.assignee },
  });
  return requireTask(scope.db, id);
}

/** Assigning a review chooses who reviews. @throws {BoardError} usage for the author itself */
function requireOtherReviewer({ db }: Scope, { id }: Task, assignee: string): void {
  if (!isInReview(db, id) || !isOwnWork(readHandIn(db, id), assignee)) return;
  throw new BoardError("usage", `${assignee} cannot review its own work`, {
    hint: `send it back with \`kanbun request-changes ${id} "<comment>"\`, or repeat the command with --force`,
  });
}

/** What one profile could not do says nothing about the next. A scheduled task keeps its time. */
function startNewCount(scope: Scope, { id, status }: Task): void {
  forgiveFailures(scope, id);
  if (status !== "scheduled") setNotBefore(scope, id, null);
}

function giveBack(scope: Scope, task: Task, reason: string | null, by: By): void {
  const run = requireAuthority(scope, task, { actor: by.actor, force: true });
  if (run !== null && run.holder === "worker" && !by.force) {
    requestStop(scope, run.runId, "reclaimed");
    appendEvent(scope, {
      taskId: task.id,
      runId: run.runId,
      kind: "stop_requested",
      actor: by.actor,
      payload: { reason },
    });
    return;
  }
  forgetReturns(scope.db, task.id);
  if (run !== null) {
    endRunByMove(scope, task, { outcome: "reclaimed", error: reason }, { actor: by.actor, force: true });
    freeRuns(scope, [run.runId]);
  }
  scope.db.run(
    `UPDATE tasks SET status = :status, claim_lock = NULL, claim_expires = NULL, worker_pid = NULL,
       current_run_id = NULL WHERE id = :id`,
    { id: task.id, status: getStatusWhenBack(scope.db, task.id) },
  );
  appendEvent(scope, {
    taskId: task.id,
    runId: run?.runId ?? null,
    kind: "reclaimed",
    actor: by.actor,
    payload: { reason },
  });
}

/** The worker's own word that it must come back later, with or without a time. */
export function rateLimitTask(
  scope: Scope,
  id: string,
  limit: { retryAfterMs: number | null; policy: RetryPolicy },
  by: By,
): Task {
  const task = requireTask(scope.db, id);
  const run = requireAuthority(scope, task, by);
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
  settleEndings(scope, [{ run, ending, policy: limit.policy, random: 0 }], by.actor);
  // A person's claim has no process that could be left, and would hold the task back for nothing.
  if (run.holder === "person") freeRuns(scope, [run.runId]);
  else if (!by.run) requestStop(scope, run.runId, "leave");
  return requireTask(scope.db, id);
}
