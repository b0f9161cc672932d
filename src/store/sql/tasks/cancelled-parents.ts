import type { Connection } from "../connection.ts";
import { type EventRow, toEvent } from "../rows/rows.ts";
import { appendEvent, type Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { getStatusWhenBack } from "../verdicts/status-when-back.ts";

/**
 * An archived parent is satisfied, also to programs that know nothing of us, whether it was done or not. So what waits
 * below a task that is cancelled is blocked, each by the name of that parent: no dispatcher starts it.
 */
export function* blockChildren(scope: Scope, parentId: string, actor: string): Steps<void> {
  const waiting = yield* scope.db.all<{ id: string; status: string }>(
    `SELECT t.id, t.status FROM task_links l JOIN tasks t ON t.id = l.child_id
     WHERE l.parent_id = :parentId AND t.status IN ('triage', 'todo', 'scheduled')
       AND NOT EXISTS (SELECT 1 FROM kanbun_forced f WHERE f.task_id = t.id)
     ORDER BY t.created_at, t.rowid`,
    { parentId },
  );
  for (const { id, status } of waiting) yield* block(scope, id, { parentId, status }, actor);
}

/** A parent that was cancelled is open again: what that had blocked waits for it, where it stood before. */
export function* freeChildren(scope: Scope, parentId: string, actor: string): Steps<void> {
  const blocked = yield* scope.db.all<{ id: string }>(
    `SELECT t.id FROM task_links l JOIN tasks t ON t.id = l.child_id
     WHERE l.parent_id = :parentId AND t.status = 'blocked' ORDER BY t.created_at, t.rowid`,
    { parentId },
  );
  for (const { id } of blocked) yield* freeFromCancelled(scope, id, actor);
}

/**
 * What was blocked by a cancelled parent goes on if that is no parent any more, or not cancelled any more, unless another
 * one was cancelled too.
 */
export function* freeFromCancelled(scope: Scope, id: string, actor: string): Steps<void> {
  const { db } = scope;
  const status = (yield* db.get<{ status: string }>("SELECT status FROM tasks WHERE id = :id", { id }))
    ?.status;
  const cancelled = status === "blocked" ? yield* readCancelledParent(db, id) : null;
  if (cancelled === null || (yield* isCancelledParent(db, cancelled.id, id))) return;
  const other = yield* db.get<{ id: string }>(
    `SELECT p.id FROM task_links l JOIN tasks p ON p.id = l.parent_id
     WHERE l.child_id = :id AND p.status = 'archived' AND p.completed_at IS NULL ORDER BY p.created_at, p.rowid LIMIT 1`,
    { id },
  );
  if (other !== null) {
    yield* block(scope, id, { parentId: other.id, status: cancelled.from }, actor);
    return;
  }
  const isAside = cancelled.from === "triage" || cancelled.from === "scheduled";
  const next = isAside ? cancelled.from : yield* getStatusWhenBack(db, id);
  yield* db.send("UPDATE tasks SET status = :next WHERE id = :id", { id, next });
  yield* appendEvent(scope, { taskId: id, kind: "unblocked", actor, payload: { status: next } });
}

function* block(
  scope: Scope,
  id: string,
  { parentId, status }: { parentId: string; status: string | null },
  actor: string,
): Steps<void> {
  yield* scope.db.send("UPDATE tasks SET status = 'blocked', block_kind = NULL WHERE id = :id", { id });
  yield* appendEvent(scope, {
    taskId: id,
    kind: "blocked",
    actor,
    payload: {
      reason: `its parent ${parentId} was cancelled`,
      kind: null,
      cancelled_parent: parentId,
      from: status,
    },
  });
}

/** Which parent, and where the task stood before that. */
function* readCancelledParent(db: Connection, id: string): Steps<{ id: string; from: string | null } | null> {
  const row = yield* db.get<EventRow>(
    `SELECT * FROM task_events WHERE task_id = :id AND kind IN ('blocked', 'gave_up', 'unblocked')
     ORDER BY id DESC LIMIT 1`,
    { id },
  );
  const { cancelled_parent: parentId, from } = (row && toEvent(row).payload) ?? {};
  if (typeof parentId !== "string") return null;
  return { id: parentId, from: typeof from === "string" ? from : null };
}

function* isCancelledParent(db: Connection, parentId: string, childId: string): Steps<boolean> {
  const row = yield* db.get(
    `SELECT 1 FROM task_links l JOIN tasks p ON p.id = l.parent_id
     WHERE l.parent_id = :parentId AND l.child_id = :childId AND p.status = 'archived' AND p.completed_at IS NULL`,
    { parentId, childId },
  );
  return row !== null;
}
