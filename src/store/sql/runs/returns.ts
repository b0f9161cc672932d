import { decideReturn, type Returns } from "../../../board/retry.ts";
import type { RunOutcome } from "../../../board/run.ts";
import type { ReturningTask } from "../../inspection.ts";
import type { Connection } from "../connection.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";

/** How often in a row the task came back without a failure; null when it did not. */
export function* getReturns(db: Connection, taskId: string): Steps<Returns | null> {
  return yield* db.get<Returns>("SELECT times, outcome FROM kanbun_returns WHERE task_id = :taskId", {
    taskId,
  });
}

/** Those that came back twice in a row or more, the most often first. */
export function* listReturning(db: Connection): Steps<ReturningTask[]> {
  return yield* db.all<ReturningTask>(
    `SELECT t.id AS "taskId", t.title, r.times, r.outcome, t.last_failure_error AS error
     FROM kanbun_returns r JOIN tasks t ON t.id = r.task_id WHERE r.times > 1 ORDER BY r.times DESC, t.id`,
  );
}

/** A hand-in ends the row of whatever came before, but for that of reviewers who sent the task back. */
export function* forgetReturnsBut(db: Connection, taskId: string, outcome: RunOutcome): Steps<void> {
  yield* db.send("DELETE FROM kanbun_returns WHERE task_id = :taskId AND outcome <> :outcome", {
    taskId,
    outcome,
  });
}

/** A person has seen to the task, or its worker has said how it went: the next pause is the shortest again. */
export function* forgetReturns(db: Connection, taskId: string): Steps<void> {
  yield* db.send("DELETE FROM kanbun_returns WHERE task_id = :taskId", { taskId });
}

/**
 * A worker's own word brought the task back: sent back by a reviewer's run, or put off until a time that has come. What
 * it waits for that; null: nothing.
 */
export function* noteReturn(
  { db, nowMs }: Scope,
  taskId: string,
  { before, outcome }: { readonly before: Returns | null; readonly outcome: RunOutcome },
): Steps<number | null> {
  const at = { nowMs, random: 0.5, mayStartAtOnce: true };
  const { returns, dueAtMs } = decideReturn(before?.times ?? 0, at);
  yield* db.send(
    `INSERT INTO kanbun_returns (task_id, times, outcome) VALUES (:taskId, :returns, :outcome)
     ON CONFLICT (task_id) DO UPDATE SET times = excluded.times, outcome = excluded.outcome`,
    { taskId, returns, outcome },
  );
  return dueAtMs;
}

/** A new count of all that has gone wrong. */
export function* forgiveFailures(db: Connection, id: string): Steps<void> {
  yield* db.send("UPDATE tasks SET consecutive_failures = 0, last_failure_error = NULL WHERE id = :id", {
    id,
  });
  yield* db.send("UPDATE kanbun_tasks SET rate_limits = 0 WHERE task_id = :id", { id });
  yield* forgetReturns(db, id);
}
