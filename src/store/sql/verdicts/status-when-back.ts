import type { TaskStatus } from "../../../board/task.ts";
import type { Connection } from "../connection.ts";
import type { Steps } from "../steps.ts";
import { waitsForParents } from "../tasks/open-parents.ts";

/**
 * SQL: where a task `t` goes that comes back, or is held back no longer: to its parents, which may have been linked while
 * it ran, unless a person forced it past them; then to its review; else to its worker.
 */
export const statusWhenBack = `CASE
  WHEN ${waitsForParents} THEN 'todo'
  WHEN EXISTS (SELECT 1 FROM kanbun_tasks b WHERE b.task_id = t.id AND b.in_review = 1) THEN 'review'
  ELSE 'ready' END`;

const selectStatus = `SELECT ${statusWhenBack} AS status FROM tasks t WHERE t.id = :taskId`;

/** The same of one task. */
export function* getStatusWhenBack(db: Connection, taskId: string): Steps<TaskStatus> {
  const row = yield* db.get<{ status: TaskStatus }>(selectStatus, { taskId });
  return row?.status ?? "ready";
}

/** A person's word that this task does not wait for the parents that it has now. */
export function* forcePastParents(db: Connection, taskId: string): Steps<void> {
  yield* db.send("INSERT INTO kanbun_forced (task_id) VALUES (:taskId) ON CONFLICT DO NOTHING", { taskId });
}

/** It waits for its parents again: it was put aside, or given another one. */
export function* forgetForce(db: Connection, taskId: string): Steps<void> {
  yield* db.send("DELETE FROM kanbun_forced WHERE task_id = :taskId", { taskId });
}
