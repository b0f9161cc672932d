import { BoardError } from "../../../board/error.ts";
import { requireLegalMove } from "../../../board/moves.ts";
import { reviewStep } from "../../../board/run.ts";
import type { Task } from "../../../board/task.ts";
import type { By, ReviewRequest, Verdict } from "../../store.ts";
import { getLiveRun } from "../runs/live-runs.ts";
import { getReturns, noteReturn } from "../runs/returns.ts";
import { endRunByMove, recordWithoutRun } from "../runs/runs.ts";
import { appendEvent, type Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
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
export function* requestReview(scope: Scope, id: string, request: ReviewRequest, by: By): Steps<Task> {
  const task = yield* requireTask(scope.db, id);
  requireLegalMove("request_review", task);
  const { reviewer, summary, metadata } = request;
  if (task.status === "running" && (yield* isInReview(scope.db, id)))
    throw new BoardError(
      "illegal_move",
      `${id} is being reviewed: its reviewer approves it or requests changes`,
      {
        hint: `use \`kanbun approve ${id}\` or \`kanbun request-changes ${id} "what to change"\``,
      },
    );
  const handIn = yield* describeHandIn(scope, task, by);
  if (reviewer !== null && isOwnWork(handIn, reviewer))
    throw new BoardError("usage", `${reviewer} cannot review its own work`, {
      hint: "name another profile with --reviewer, or none for a person",
    });
  const handedIn = { outcome: "review_requested", summary, metadata } as const;
  const runId =
    (yield* endRunByMove(scope, task, handedIn, by)) ?? (yield* recordWithoutRun(scope, id, handedIn));
  yield* scope.db.send(
    `UPDATE tasks SET status = 'review', assignee = :reviewer, consecutive_failures = 0, last_failure_error = NULL
     WHERE id = :id`,
    { id, reviewer },
  );
  yield* attach(scope, id, request.attachments ?? [], by);
  yield* setDue(scope, id, null);
  yield* startReview(scope, id, handIn);
  yield* closeQuestions(scope, id, null, null);
  yield* appendEvent(scope, {
    taskId: id,
    runId,
    kind: "review_requested",
    actor: by.actor,
    payload: { reviewer, author: handIn.author, summary },
  });
  return yield* requireTask(scope.db, id);
}

/** Of a review that was put aside and is handed in again, it stays what it was. */
function* describeHandIn({ db }: Scope, task: Task, by: By): Steps<HandIn> {
  if (yield* isInReview(db, task.id)) return yield* readHandIn(db, task.id);
  const run = yield* getLiveRun(db, task.id);
  const worked = run?.isOpen ? run.profile : null;
  return { author: worked ?? by.actor, returnsTo: task.assignee };
}

/** The reviewer's yes, a person's or that of a review run: the task is done. */
export function* approveTask(scope: Scope, id: string, verdict: Verdict, by: By): Steps<Task> {
  const task = yield* requireReviewed(scope, id, "approve");
  yield* requireOther(scope.db, id, by);
  const { summary = null, metadata = null, result = null } = verdict;
  const approved = { outcome: "completed", summary, metadata } as const;
  const runId =
    (yield* endRunByMove(scope, task, approved, by)) ??
    (yield* recordWithoutRun(scope, id, { ...approved, step: reviewStep }));
  yield* markDone(scope, [id], result);
  yield* appendEvent(scope, { taskId: id, runId, kind: "approved", actor: by.actor, payload: { summary } });
  yield* appendEvent(scope, { taskId: id, runId, kind: "completed", actor: by.actor, payload: { summary } });
  yield* promoteChildren(scope, [id], by.actor);
  return yield* requireTask(scope.db, id);
}

/** The reviewer's no: what is to be changed goes into the comments, and who did the work does it again. */
export function* requestChanges(scope: Scope, id: string, comment: string, by: By): Steps<Task> {
  const task = yield* requireReviewed(scope, id, "request_changes");
  if (comment.trim() === "")
    throw new BoardError("usage", "the comment is empty", { hint: "say what must change" });
  const { author, returnsTo } = yield* readHandIn(scope.db, id);
  const before = yield* getReturns(scope.db, id);
  const runId = yield* endRunByMove(scope, task, { outcome: "changes_requested", summary: comment }, by);
  // A review that another program asked for may say nothing of its author: then it stays with its assignee.
  const assignee = author === null ? task.assignee : returnsTo;
  // The review succeeded: what failed before it, and in it, is no longer in a row with what fails next.
  yield* scope.db.send(
    "UPDATE tasks SET assignee = :assignee, consecutive_failures = 0, last_failure_error = NULL WHERE id = :id",
    { id, assignee },
  );
  yield* scope.db.send("DELETE FROM kanbun_tasks WHERE task_id = :id", { id });
  yield* scope.db.send("UPDATE tasks SET status = :status WHERE id = :id", {
    id,
    status: yield* getStatusWhenBack(scope.db, id),
  });
  // A reviewer that is never content would send it back forever; a person will not.
  const backAtMs = by.run ? yield* noteReturn(scope, id, { before, outcome: "changes_requested" }) : null;
  yield* setDue(scope, id, backAtMs);
  yield* scope.db.send(
    "INSERT INTO task_comments (task_id, author, body, created_at) VALUES (:id, :author, :comment, :nowS)",
    { id, author: by.actor, comment, nowS: scope.nowS },
  );
  yield* appendEvent(scope, {
    taskId: id,
    runId,
    kind: "changes_requested",
    actor: by.actor,
    payload: { comment, assignee, ...(backAtMs === null ? {} : { waits_ms: backAtMs - scope.nowMs }) },
  });
  return yield* requireTask(scope.db, id);
}

/** Running, it must be the review that runs: an implementer cannot approve its own work. */
function* requireReviewed(scope: Scope, id: string, move: "approve" | "request_changes"): Steps<Task> {
  const task = yield* requireTask(scope.db, id);
  requireLegalMove(move, task);
  if (task.status === "running" && !(yield* isInReview(scope.db, id)))
    throw new BoardError("illegal_move", `${id} is being worked on, not reviewed`, {
      hint: "its worker hands it in with `kanbun request-review`",
    });
  return task;
}
