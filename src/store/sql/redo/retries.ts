import { requireLegalMove } from "../../../board/moves.ts";
import { decideBelow, requireSomethingToRetry } from "../../../board/redo.ts";
import type { Retried } from "../../redo.ts";
import type { By } from "../../store.ts";
import type { Connection } from "../connection.ts";
import { closeRuns, endRunByMove, requestStop } from "../runs/runs.ts";
import { appendEvents, type EventEntry, type Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { freeChildren } from "../tasks/cancelled-parents.ts";
import { waitsForParents } from "../tasks/open-parents.ts";
import { requireTask } from "../tasks/task-lookup.ts";
import { closeQuestions } from "../verdicts/questions.ts";
import { forgetTasks } from "../verdicts/run-ends.ts";
import { forgetForce, statusWhenBack } from "../verdicts/status-when-back.ts";
import { requireFreeKey } from "./free-key.ts";

interface RedoneRow {
  readonly id: string;
  readonly status: string;
  readonly result: string | null;
  readonly current_run_id: number | null;
}

/**
 * A task is to be done again, as if it had never failed and never been finished; with `fromHere` also what was done, or
 * gave up, below it. What waits for them waits again. Its former worker, if that is still being ended, is waited for.
 */
export function* retryTask(
  scope: Scope,
  id: string,
  { fromHere }: { fromHere: boolean },
  by: By,
): Steps<Retried> {
  const task = yield* requireTask(scope.db, id);
  requireLegalMove("retry", task);
  requireSomethingToRetry(task);
  yield* requireFreeKey(scope.db, task);
  const below = fromHere ? yield* listBelow(scope.db, id) : [];
  const stopped = below.filter((one) => decideBelow(one) === "stop").map((one) => one.id);
  for (const running of stopped) yield* stopWorker(scope, running, by);
  const also = below.filter((one) => decideBelow(one) === "redo").map((one) => one.id);
  yield* redo(scope, id, also, by);
  yield* holdChildren(scope, [id, ...also, ...stopped], by.actor);
  return { task: yield* requireTask(scope.db, id), below: also, stopped };
}

interface BelowRow {
  readonly id: string;
  readonly status: string;
  readonly isCompleted: boolean;
  readonly gaveUp: boolean;
}

/** What hangs below a task. What hangs below it by a cancelled task alone is left out: that one stays cancelled. */
function* listBelow(db: Connection, id: string): Steps<readonly BelowRow[]> {
  const rows = yield* db.all<{ id: string; status: string; is_completed: number; gave_up: number }>(
    `WITH RECURSIVE below(id) AS (
       SELECT child_id FROM task_links WHERE parent_id = :id UNION
       SELECT l.child_id FROM below b JOIN tasks t ON t.id = b.id JOIN task_links l ON l.parent_id = b.id
       WHERE NOT (t.status = 'archived' AND t.completed_at IS NULL))
     SELECT t.id, t.status, t.completed_at IS NOT NULL AS is_completed,
       t.status = 'blocked' AND EXISTS (SELECT 1 FROM task_events e WHERE e.id = (
         SELECT max(id) FROM task_events WHERE task_id = t.id AND kind IN ('blocked', 'gave_up', 'unblocked'))
         AND (e.kind = 'gave_up' OR (e.kind = 'blocked' AND e.payload LIKE '%"gave_up":%'))) AS gave_up
     FROM below b JOIN tasks t ON t.id = b.id WHERE t.id <> :id`,
    { id },
  );
  return rows.map((row) => ({
    id: row.id,
    status: row.status,
    isCompleted: row.is_completed === 1,
    gaveUp: row.gave_up === 1,
  }));
}

/** What it works on is to be done again. Without `force` that is refused, as every end of another's work. */
function* stopWorker(scope: Scope, id: string, by: By): Steps<void> {
  const task = yield* requireTask(scope.db, id);
  yield* endRunByMove(scope, task, { outcome: "reclaimed", error: "what it waits for is done again" }, by);
  yield* scope.db.send("UPDATE tasks SET status = 'todo' WHERE id = :id", { id });
  yield* forgetForce(scope.db, id);
}

function* redo(scope: Scope, id: string, below: readonly string[], by: By): Steps<void> {
  const { db } = scope;
  const ids = JSON.stringify([id, ...below]);
  const among = "IN (SELECT value FROM json_each(:ids))";
  const before = yield* db.all<RedoneRow>(
    `SELECT id, status, result, current_run_id FROM tasks WHERE id ${among}`,
    {
      ids,
    },
  );
  // None is open by our own doing. Another program may have ended the task and left its run behind.
  for (const { id, current_run_id: runId } of before)
    if (runId !== null) yield* closeLeftRun(scope, id, runId);
  yield* db.send(
    `UPDATE tasks SET status = 'todo', completed_at = NULL, result = NULL, block_kind = NULL,
       consecutive_failures = 0, last_failure_error = NULL, claim_lock = NULL, claim_expires = NULL,
       worker_pid = NULL, current_run_id = NULL WHERE id ${among}`,
    { ids },
  );
  yield* db.send(`UPDATE kanbun_tasks SET not_before_ms = NULL, rate_limits = 0 WHERE task_id ${among}`, {
    ids,
  });
  yield* db.send(`DELETE FROM kanbun_returns WHERE task_id ${among}`, { ids });
  for (const one of below) yield* forgetForce(db, one);
  // Another program may have ended one while it was handed in for review.
  const over = before.filter(({ status }) => status === "done" || status === "archived");
  yield* forgetTasks(
    scope,
    over.map((one) => one.id),
  );
  for (const one of before) if (one.status === "blocked") yield* closeQuestions(scope, one.id, null, null);
  // Where each goes is seen only now: none of them is done any more, so each waits for those above it.
  const after = yield* db.all<{ id: string; status: string }>(
    `UPDATE tasks AS t SET status = ${statusWhenBack} WHERE t.id ${among} RETURNING id, status`,
    { ids },
  );
  const statuses = new Map(after.map((row) => [row.id, row.status]));
  yield* appendEvents(
    scope,
    before.flatMap((row): EventEntry[] => {
      const status = statuses.get(row.id);
      const payload = {
        from: row.status,
        status,
        ...(row.id === id ? {} : { below: id }),
        ...(row.result === null ? {} : { former_result: row.result }),
      };
      const retried: EventEntry = { taskId: row.id, kind: "retried", actor: by.actor, payload };
      if (row.status !== "blocked") return [retried];
      // The newest word about a block, for programs that know nothing of retries.
      return [retried, { taskId: row.id, kind: "unblocked", actor: by.actor, payload: { status } }];
    }),
  );
}

function* closeLeftRun(scope: Scope, taskId: string, runId: number): Steps<void> {
  yield* closeRuns(scope, [{ taskId, runId, outcome: "reclaimed", error: "the task is done again" }]);
  yield* requestStop(scope, runId, "leave");
}

/** What may have been started next waits again; what was blocked by a parent that was cancelled waits for it again. */
function* holdChildren(scope: Scope, ids: readonly string[], actor: string): Steps<void> {
  yield* scope.db.send(
    `UPDATE tasks AS t SET status = 'todo' WHERE t.status = 'ready' AND ${waitsForParents} AND t.id IN (
       SELECT l.child_id FROM json_each(:ids) j CROSS JOIN task_links l ON l.parent_id = j.value)`,
    { ids: JSON.stringify(ids) },
  );
  for (const id of ids) yield* freeChildren(scope, id, actor);
}
