/** What a parent must be for its children to go on: done, or archived after it was done. */
export const parentIsOpen =
  "NOT (p.status = 'done' OR (p.status = 'archived' AND p.completed_at IS NOT NULL))";

/** SQL that is true for a task `t` none of whose parents is open. A parent whose row is gone holds nobody up. */
export const hasNoOpenParent = `NOT EXISTS (
  SELECT 1 FROM task_links l JOIN tasks p ON p.id = l.parent_id WHERE l.child_id = t.id AND ${parentIsOpen})`;
