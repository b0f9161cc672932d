import type { Connection } from "../connection.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";

/** What a task that is over needs to be understood, and to be opened again, stays. */
const isOld = `e.created_at < :beforeS
  AND e.kind NOT IN ('created', 'completed', 'archived', 'cancelled', 'blocked', 'unblocked', 'gave_up', 'deleted')
  AND e.task_id IN (SELECT id FROM tasks WHERE status IN ('done', 'archived'))`;

/** How many old events there are of tasks that are over, and how long what they say is. */
export function* measureOldEvents(
  db: Connection,
  beforeMs: number,
): Steps<{ count: number; sizeBytes: number }> {
  const row = yield* db.get<{ n: number; size: number }>(
    `SELECT count(*) AS n, coalesce(sum(length(CAST(e.payload AS BLOB))), 0) AS size
     FROM task_events e WHERE ${isOld}`,
    { beforeS: Math.floor(beforeMs / 1000) },
  );
  return { count: row?.n ?? 0, sizeBytes: row?.size ?? 0 };
}

/** Removes at most `max` of them; how many. */
export function* removeOldEvents({ db }: Scope, beforeMs: number, max: number): Steps<number> {
  return yield* db.run(
    `DELETE FROM task_events WHERE id IN (SELECT e.id FROM task_events e WHERE ${isOld} ORDER BY e.id LIMIT :max)`,
    { beforeS: Math.floor(beforeMs / 1000), max },
  );
}

/** Of tasks with no process left, archived before that time. */
export function* listArchivedWorktrees(
  db: Connection,
  beforeMs: number,
): Steps<{ taskId: string; path: string }[]> {
  return (yield* db.all<{ id: string; workspace_path: string }>(
    `SELECT t.id, t.workspace_path FROM tasks t
       WHERE t.status = 'archived' AND t.workspace_kind = 'worktree' AND typeof(t.workspace_path) = 'text'
         AND NOT EXISTS (SELECT 1 FROM kanbun_runs k WHERE k.task_id = t.id AND k.gone_at_ms IS NULL)
         AND (SELECT max(e.created_at) FROM task_events e
           WHERE e.task_id = t.id AND e.kind IN ('archived', 'cancelled')) < :beforeS`,
    { beforeS: Math.floor(beforeMs / 1000) },
  )).map((row) => ({ taskId: row.id, path: row.workspace_path }));
}
