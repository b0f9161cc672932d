import { BoardError } from "../../../board/error.ts";
import { requireLegalMove } from "../../../board/moves.ts";
import type { Task, TaskStatus } from "../../../board/task.ts";
import type { By } from "../../store.ts";
import type { Connection } from "../connection.ts";
import { forgetReturns } from "../runs/returns.ts";
import { appendEvent, type Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { countOpenParents } from "../tasks/links.ts";
import { isWaitingForParents } from "../tasks/open-parents.ts";
import { isInReview, requireTask } from "../tasks/task-lookup.ts";
import { setDue } from "../tasks/tasks.ts";
import { forcePastParents, getStatusWhenBack } from "./status-when-back.ts";

/** A person's word that the task need not wait: neither for a time, nor for acceptance, nor for its parents. */
export function* promoteTask(scope: Scope, id: string, by: By): Steps<Task> {
  const { db } = scope;
  yield* requirePromotable(db, id, by);
  yield* db.send("UPDATE tasks SET block_recurrences = 0 WHERE id = :id AND status = 'triage'", { id });
  if (by.force && (yield* countOpenParents(db, id)) > 0) yield* forcePastParents(db, id);
  const status = yield* getStatusWhenBack(db, id);
  yield* db.send("UPDATE tasks SET status = :status WHERE id = :id", { id, status });
  yield* setDue(scope, id, null);
  yield* forgetReturns(db, id);
  yield* appendEvent(scope, {
    taskId: id,
    kind: "promoted_manual",
    actor: by.actor,
    payload: { status, ...(by.reason == null ? {} : { reason: by.reason }) },
  });
  return yield* requireTask(db, id);
}

/** What `promoteTask` would make of it. */
export function* planPromotion(db: Connection, id: string, by: By): Steps<TaskStatus> {
  yield* requirePromotable(db, id, by);
  if (by.force && (yield* isWaitingForParents(db, id)))
    return (yield* isInReview(db, id)) ? "review" : "ready";
  return yield* getStatusWhenBack(db, id);
}

function* requirePromotable(db: Connection, id: string, by: By): Steps<void> {
  const task = yield* requireTask(db, id);
  const isCandidate = task.status === "ready" || task.status === "review";
  const isWaiting = yield* isWaitingForParents(db, id);
  if (!(isCandidate && (task.dueAtMs !== null || isWaiting))) requireLegalMove("promote", task);
  if (!((task.status === "todo" || isCandidate) && isWaiting) || by.force) return;
  const openParents = yield* countOpenParents(db, id);
  throw new BoardError(
    "conflict",
    `${id} waits for ${openParents} unfinished parent${openParents === 1 ? "" : "s"}`,
    {
      hint: "repeat the command with --force to start it without them",
    },
  );
}
