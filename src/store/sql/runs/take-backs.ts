import { BoardError } from "../../../board/error.ts";
import { requireLegalMove } from "../../../board/moves.ts";
import type { Task } from "../../../board/task.ts";
import type { By } from "../../store.ts";
import { appendEvent, type Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { isInReview, requireTask } from "../tasks/task-lookup.ts";
import { setDue } from "../tasks/tasks.ts";
import { isOwnWork, readHandIn } from "../verdicts/hand-ins.ts";
import { getStatusWhenBack } from "../verdicts/status-when-back.ts";
import { forgetReturns, forgiveFailures } from "./returns.ts";
import { endRunByMove, freeRuns, requestStop, requireAuthority, requireHolder } from "./runs.ts";

/**
 * Takes a running task back. Its claim is given away only when the worker is gone, so it stays running until a
 * dispatcher has seen to that; a person who vouches that there is no worker any more gets it at once.
 */
export function* reclaimTask(scope: Scope, id: string, reason: string | null, by: By): Steps<Task> {
  const task = yield* requireTask(scope.db, id);
  requireLegalMove("reclaim", task);
  if (!by.run) yield* requireHolder(scope.db, task, by);
  yield* giveBack(scope, task, reason, by);
  return yield* requireTask(scope.db, id);
}

/** Gives the task to another profile; a worker of the former one is ended first. */
export function* assignTask(scope: Scope, id: string, assignee: string | null, by: By): Steps<Task> {
  const task = yield* requireTask(scope.db, id);
  requireLegalMove("assign", task);
  if (assignee !== null && !by.force) yield* requireOtherReviewer(scope, task, assignee);
  if (task.status === "running") {
    yield* requireAuthority(scope, task, by);
    yield* giveBack(scope, task, `reassigned to ${assignee ?? "no one"}`, by);
  }
  yield* scope.db.send("UPDATE tasks SET assignee = :assignee WHERE id = :id", { id, assignee });
  if (assignee !== task.assignee) yield* startNewCount(scope, task);
  yield* appendEvent(scope, {
    taskId: id,
    kind: "assigned",
    actor: by.actor,
    payload: { assignee, from: task.assignee },
  });
  return yield* requireTask(scope.db, id);
}

/** Assigning a review chooses who reviews. @throws {BoardError} usage for the author itself */
function* requireOtherReviewer({ db }: Scope, { id }: Task, assignee: string): Steps<void> {
  if (!(yield* isInReview(db, id)) || !isOwnWork(yield* readHandIn(db, id), assignee)) return;
  throw new BoardError("usage", `${assignee} cannot review its own work`, {
    hint: `send it back with \`kanbun request-changes ${id} "<comment>"\`, or repeat the command with --force`,
  });
}

/** What one profile could not do says nothing about the next. A scheduled task keeps its time. */
function* startNewCount(scope: Scope, { id, status }: Task): Steps<void> {
  yield* forgiveFailures(scope.db, id);
  if (status !== "scheduled") yield* setDue(scope, id, null);
}

function* giveBack(scope: Scope, task: Task, reason: string | null, by: By): Steps<void> {
  const run = yield* requireAuthority(scope, task, { actor: by.actor, force: true });
  if (run !== null && run.holder === "worker" && !by.vouchesDead) {
    yield* requestStop(scope, run.runId, "reclaimed");
    yield* appendEvent(scope, {
      taskId: task.id,
      runId: run.runId,
      kind: "stop_requested",
      actor: by.actor,
      payload: { reason },
    });
    return;
  }
  yield* forgetReturns(scope.db, task.id);
  if (run !== null) {
    yield* endRunByMove(
      scope,
      task,
      { outcome: "reclaimed", error: reason },
      { actor: by.actor, force: true },
    );
    yield* freeRuns(scope, [run.runId]);
  }
  yield* scope.db.send(
    `UPDATE tasks SET status = :status, claim_lock = NULL, claim_expires = NULL, worker_pid = NULL,
       current_run_id = NULL WHERE id = :id`,
    { id: task.id, status: yield* getStatusWhenBack(scope.db, task.id) },
  );
  yield* appendEvent(scope, {
    taskId: task.id,
    runId: run?.runId ?? null,
    kind: "reclaimed",
    actor: by.actor,
    payload: { reason },
  });
}
