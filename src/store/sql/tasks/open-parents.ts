import type { Connection } from "../connection.ts";
import type { Steps } from "../steps.ts";

/** What a parent must be for its children to wait. An archived one is satisfied, as everywhere in the format. */
export const parentIsOpen = "p.status NOT IN ('done', 'archived')";

/**
 * SQL that is true for a task `t` none of whose parents is open. A parent whose row is gone holds no one up. Each parent is asked by
 * itself: where no task has parents, PostgreSQL joins them by going through all tasks of the board, for each `t`.
 */
export const hasNoOpenParent = `NOT EXISTS (
  SELECT 1 FROM task_links l WHERE l.child_id = t.id AND (SELECT ${parentIsOpen} FROM tasks p WHERE p.id = l.parent_id))`;

/** SQL that is true for a task `t` that has an open parent, which no person has let it go on without. */
export const waitsForParents = `(NOT ${hasNoOpenParent}
  AND NOT EXISTS (SELECT 1 FROM kanbun_forced f WHERE f.task_id = t.id))`;

/** Whether the task has to wait for a parent, however it came to where it is. */
export function* isWaitingForParents(db: Connection, id: string): Steps<boolean> {
  return (yield* db.get(`SELECT 1 FROM tasks t WHERE t.id = :id AND ${waitsForParents}`, { id })) !== null;
}
