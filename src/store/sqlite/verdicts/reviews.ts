import { BoardError } from "../../../board/error.ts";
import { requireLegalMove } from "../../../board/moves.ts";
import { reviewStep } from "../../../board/run.ts";
import type { Task } from "../../../board/task.ts";
import type { By, ReviewRequest, Verdict } from "../../store.ts";
import { appendEvent, type Scope } from "../database/scope.ts";
import { getLiveRun } from "../runs/live-runs.ts";
import { getReturns, noteReturn } from "../runs/returns.ts";
import { endRunByMove, recordWithoutRun } from "../runs/runs.ts";
import { attach } from "../tasks/attachments.ts";
import { promoteChildren } from "../tasks/links.ts";
import { isInReview, requireTask } from "../tasks/task-lookup.ts";
import { setDue } from "../tasks/tasks.ts";
import { type HandIn, isOwnWork, readHandIn, requireOther, startReview } from "./hand-ins.ts";
import { closeQuestions } from "./questions.ts";
import { markDone } from "./run-ends.ts";
import { getStatusWhenBack } from "./status-when-back.ts";

/**
 * Hands the task in: done as far as its worker goes, and assigned to the reviewer. Where a person is to review it, it is
 * assigned to no one: a dispatcher that knows nothing of us starts whatever review has an assignee.
 */
export function requestReview(scope: Scope, id: string, request: ReviewRequest, by: By): Task {
  const task = requireTask(scope.db, id);
  requireLegalMove("request_review", task);
  const { reviewer, summary, metadata } = request;
  if (task.status === "running" && isInReview(scope.db, id))
    throw new BoardError(
      "illegal_move",
      `${id} is being reviewed: its reviewer approves it or requests changes`,
      {
        hint: `use \`kanbun approve ${id}\` or \`kanbun request-changes ${id} "what to change"\``,
      },
    );
  const handIn = describeHandIn(scope, task, by);
  if (reviewer !== null && isOwnWork(handIn, reviewer))
    throw new BoardError("usage", `${reviewer} cannot review its own work`, {
      hint: "name another profile with --reviewer, or none for a person",
    });
  const handedIn = { outcome: "review_requested", summary, metadata } as const;
  const runId = endRunByMove(scope, task, handedIn, by) ?? recordWithoutRun(scope, id, handedIn);
  scope.db.run(
    `UPDATE tasks SET status = 'review', assignee = :reviewer, consecutive_failures = 0, last_failure_error = NULL
     WHERE id = :id`,
    { id, reviewer },
  );
  attach(scope, id, request.attachments ?? [], by);
  setDue(scope, id, null);
  startReview(scope, id, handIn);
  closeQuestions(scope, id, null, null);
  appendEvent(scope, {
    taskId: id,
    runId,
    kind: "review_requested",
    actor: by.actor,
    payload: { reviewer, author: handIn.author, summary },
  });
  return requireTask(scope.db, id);
}

/** Of a review that was put aside and is handed in again, it stays what it was. */
function describeHandIn({ db }: Scope, task: Task, by: By): HandIn {
  if (isInReview(db, task.id)) return readHandIn(db, task.id);
  const run = getLiveRun(db, task.id);
  const worked = run?.isOpen ? run.profile : null;
  return { author: worked ?? by.actor, returnsTo: task.assignee };
}

/** The reviewer's yes, a person's or that of a review run: the task is done. */
export function approveTask(scope: Scope, id: string, verdict: Verdict, by: By): Task {
  const task = requireReviewed(scope, id, "approve");
  requireOther(scope.db, id, by);
  const { summary = null, metadata = null, result = null } = verdict;
  const approved = { outcome: "completed", summary, metadata } as const;
  const runId =
    endRunByMove(scope, task, approved, by) ?? recordWithoutRun(scope, id, { ...approved, step: reviewStep });
  markDone(scope, [id], result);
  appendEvent(scope, { taskId: id, runId, kind: "approved", actor: by.actor, payload: { summary } });
  appendEvent(scope, { taskId: id, runId, kind: "completed", actor: by.actor, payload: { summary } });
  promoteChildren(scope, [id], by.actor);
  return requireTask(scope.db, id);
}

/** The reviewer's no: what is to be changed goes into the comments, and who did the work does it again. */
export function requestChanges(scope: Scope, id: string, comment: string, by: By): Task {
  const task = requireReviewed(scope, id, "request_changes");
  if (comment.trim() === "")
    throw new BoardError("usage", "the comment is empty", { hint: "say what must change" });
  const { author, returnsTo } = readHandIn(scope.db, id);
  const before = getReturns(scope.db, id);
  const runId = endRunByMove(scope, task, { outcome: "changes_requested", summary: comment }, by);
  // A review that another program asked for may say nothing of its author: then it stays with its assignee.
  const assignee = author === null ? task.assignee : returnsTo;
  // The review succeeded: what failed before it, and in it, is no longer in a row with what fails next.
  scope.db.run(
    "UPDATE tasks SET assignee = :assignee, consecutive_failures = 0, last_failure_error = NULL WHERE id = :id",
    { id, assignee },
  );
  scope.db.run("DELETE FROM kanbun_tasks WHERE task_id = :id", { id });
  scope.db.run("UPDATE tasks SET status = :status WHERE id = :id", {
    id,
    status: getStatusWhenBack(scope.db, id),
  });
  // A reviewer that is never content would send it back forever; a person will not.
  const backAtMs = by.run ? noteReturn(scope, id, { before, outcome: "changes_requested" }) : null;
  setDue(scope, id, backAtMs);
  scope.db.run(
    "INSERT INTO task_comments (task_id, author, body, created_at) VALUES (:id, :author, :comment, :nowS)",
    { id, author: by.actor, comment, nowS: scope.nowS },
  );
  appendEvent(scope, {
    taskId: id,
    runId,
    kind: "changes_requested",
    actor: by.actor,
    payload: { comment, assignee, ...(backAtMs === null ? {} : { waits_ms: backAtMs - scope.nowMs }) },
  });
  return requireTask(scope.db, id);
}

/** Running, it must be the review that runs: an implementer cannot approve its own work. */
function requireReviewed(scope: Scope, id: string, move: "approve" | "request_changes"): Task {
  const task = requireTask(scope.db, id);
  requireLegalMove(move, task);
  if (task.status === "running" && !isInReview(scope.db, id))
    throw new BoardError("illegal_move", `${id} is being worked on, not reviewed`, {
      hint: "its worker hands it in with `kanbun request-review`",
    });
  return task;
}
