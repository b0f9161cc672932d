import { BoardError } from "../../board/error.ts";
import { requireLegalMove } from "../../board/moves.ts";
import type { Task } from "../../board/task.ts";
import type { By, ReviewRequest, Verdict } from "../store.ts";
import { promoteChildren } from "./links.ts";
import { closeQuestions } from "./questions.ts";
import { endRunByMove } from "./runs.ts";
import { appendEvent, type Scope } from "./scope.ts";
import { markDone } from "./settle.ts";
import { isInReview, requireTask } from "./task-lookup.ts";
import { setNotBefore } from "./tasks.ts";

function setInReview(scope: Scope, taskId: string, reviewer: string | null): void {
  scope.db.run(
    `INSERT INTO kanbun_tasks (task_id, reviewer, in_review) VALUES (:taskId, :reviewer, 1)
     ON CONFLICT (task_id) DO UPDATE SET in_review = 1, reviewer = excluded.reviewer`,
    { taskId, reviewer },
  );
}

/** Hands the task in: done as far as its worker goes, and to be looked at by a reviewer or a person. */
export function requestReview(scope: Scope, id: string, request: ReviewRequest, by: By): Task {
  const task = requireTask(scope.db, id);
  requireLegalMove("request_review", task);
  const { reviewer, summary, metadata } = request;
  if (isInReview(scope.db, id) && task.status === "running")
    throw new BoardError(
      "illegal_move",
      `${id} is being reviewed: its reviewer approves it or requests changes`,
      {
        hint: "use `kanbun approve` or `kanbun request-changes`",
      },
    );
  if (reviewer !== null && reviewer === task.assignee)
    throw new BoardError("usage", `${reviewer} cannot review its own work`, {
      hint: "name another profile with --reviewer, or none for a person",
    });
  const runId = endRunByMove(scope, task, { outcome: "completed", summary, metadata }, by);
  scope.db.run("UPDATE tasks SET status = 'review', consecutive_failures = 0 WHERE id = :id", { id });
  setNotBefore(scope, id, null);
  setInReview(scope, id, reviewer);
  closeQuestions(scope, id, null, null);
  appendEvent(scope, {
    taskId: id,
    runId,
    kind: "review_requested",
    actor: by.actor,
    payload: { reviewer, summary },
  });
  return requireTask(scope.db, id);
}

/** The reviewer's yes, a person's or that of a review run: the task is done. */
export function approveTask(scope: Scope, id: string, verdict: Verdict, by: By): Task {
  const task = requireReviewed(scope, id, "approve");
  const { summary = null, metadata = null, result = null } = verdict;
  const runId = endRunByMove(scope, task, { outcome: "completed", summary, metadata }, by);
  markDone(scope, [id], result);
  appendEvent(scope, { taskId: id, runId, kind: "approved", actor: by.actor, payload: { summary } });
  appendEvent(scope, { taskId: id, runId, kind: "completed", actor: by.actor, payload: { summary } });
  promoteChildren(scope, [id], by.actor);
  return requireTask(scope.db, id);
}

/** The reviewer's no: what is to be changed goes into the comments, and the worker works again. */
export function requestChanges(scope: Scope, id: string, comment: string, by: By): Task {
  const task = requireReviewed(scope, id, "request_changes");
  if (comment.trim() === "")
    throw new BoardError("usage", "the comment is empty", { hint: "say what is to be changed" });
  const runId = endRunByMove(scope, task, { outcome: "completed", summary: comment }, by);
  scope.db.run("UPDATE tasks SET status = 'ready' WHERE id = :id", { id });
  scope.db.run("UPDATE kanbun_tasks SET in_review = 0, not_before_ms = NULL WHERE task_id = :id", { id });
  scope.db.run(
    "INSERT INTO task_comments (task_id, author, body, created_at) VALUES (:id, :author, :comment, :nowS)",
    { id, author: by.actor, comment, nowS: scope.nowS },
  );
  appendEvent(scope, { taskId: id, runId, kind: "changes_requested", actor: by.actor, payload: { comment } });
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
