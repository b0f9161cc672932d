import type { Connection } from "../database/connection.ts";
import { appendEvent, type Scope } from "../database/scope.ts";
import { type EventRow, toEvent } from "../rows/rows.ts";
import { getStatusWhenBack } from "../verdicts/status-when-back.ts";

/**
 * An archived parent is satisfied, also to programs that know nothing of us, whether it was done or not. So what waits
 * below a task that is cancelled is blocked, each by the name of that parent: no dispatcher starts it.
 */
export function blockChildren(scope: Scope, parentId: string, actor: string): void {
  const waiting = scope.db.all<{ id: string }>(
    `SELECT t.id FROM task_links l JOIN tasks t ON t.id = l.child_id
     WHERE l.parent_id = :parentId AND t.status IN ('triage', 'todo', 'scheduled')
       AND NOT EXISTS (SELECT 1 FROM kanbun_forced f WHERE f.task_id = t.id)
     ORDER BY t.created_at, t.rowid`,
    { parentId },
  );
  for (const { id } of waiting) block(scope, id, parentId, actor);
}

/** After an unlink: what was blocked by a parent that is none any more goes on, unless another one was cancelled too. */
export function freeFromCancelled(scope: Scope, id: string, actor: string): void {
  const { db } = scope;
  const status = db.get<{ status: string }>("SELECT status FROM tasks WHERE id = :id", { id })?.status;
  const cancelled = status === "blocked" ? readCancelledParent(db, id) : null;
  if (cancelled === null || isParent(db, cancelled, id)) return;
  const other = db.get<{ id: string }>(
    `SELECT p.id FROM task_links l JOIN tasks p ON p.id = l.parent_id
     WHERE l.child_id = :id AND p.status = 'archived' AND p.completed_at IS NULL ORDER BY p.created_at, p.rowid LIMIT 1`,
    { id },
  );
  if (other !== null) {
    block(scope, id, other.id, actor);
    return;
  }
  const next = getStatusWhenBack(db, id);
  db.run("UPDATE tasks SET status = :next WHERE id = :id", { id, next });
  appendEvent(scope, { taskId: id, kind: "unblocked", actor, payload: { status: next } });
}

function block(scope: Scope, id: string, parentId: string, actor: string): void {
  scope.db.run("UPDATE tasks SET status = 'blocked', block_kind = NULL WHERE id = :id", { id });
  appendEvent(scope, {
    taskId: id,
    kind: "blocked",
    actor,
    payload: { reason: `its parent ${parentId} was cancelled`, kind: null, cancelled_parent: parentId },
  });
}

function readCancelledParent(db: Connection, id: string): string | null {
  const row = db.get<EventRow>(
    `SELECT * FROM task_events WHERE task_id = :id AND kind IN ('blocked', 'gave_up', 'unblocked')
     ORDER BY id DESC LIMIT 1`,
    { id },
  );
  const parentId = row === null ? null : toEvent(row).payload?.cancelled_parent;
  return typeof parentId === "string" ? parentId : null;
}

function isParent(db: Connection, parentId: string, childId: string): boolean {
  const link = { parentId, childId };
  return (
    db.get("SELECT 1 FROM task_links WHERE parent_id = :parentId AND child_id = :childId", link) !== null
  );
}
