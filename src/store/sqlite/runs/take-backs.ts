import { BoardError } from "../../../board/error.ts";
import { requireLegalMove } from "../../../board/moves.ts";
import type { Task } from "../../../board/task.ts";
import type { By } from "../../store.ts";
import { appendEvent, type Scope } from "../database/scope.ts";
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
    giveBack(scope, task, `reassigned to ${assignee ?? "no one"}`, by);
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
  forgiveFailures(scope.db, id);
  if (status !== "scheduled") setDue(scope, id, null);
}

function giveBack(scope: Scope, task: Task, reason: string | null, by: By): void {
  const run = requireAuthority(scope, task, { actor: by.actor, force: true });
  if (run !== null && run.holder === "worker" && !by.vouchesDead) {
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
