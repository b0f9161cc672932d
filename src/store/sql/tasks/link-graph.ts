import type { GraphTask, TaskGraph } from "../../../board/task-graph.ts";
import type { Connection } from "../connection.ts";
import type { Steps } from "../steps.ts";

/**
 * What hangs below a task or, without one, all tasks that have links and are not archived; in the order of creation. Where
 * there are more than `max`, what is done is left out first.
 */
export function* readGraph(
  db: Connection,
  {
    rootId,
    isUpwards,
    max,
  }: { readonly rootId: string | null; readonly isUpwards: boolean; readonly max: number },
): Steps<TaskGraph> {
  const [from, to] = isUpwards ? ["child_id", "parent_id"] : ["parent_id", "child_id"];
  const ids =
    rootId === null
      ? `SELECT t.id FROM (SELECT parent_id AS id FROM task_links UNION SELECT child_id FROM task_links) l
         CROSS JOIN tasks t ON t.id = l.id WHERE t.status <> 'archived'
         ORDER BY t.status = 'done', t.created_at, t.rowid LIMIT :limit`
      : `WITH RECURSIVE found(id) AS (
           VALUES (:rootId) UNION SELECT l.${to} FROM found f JOIN task_links l ON l.${from} = f.id)
         SELECT id FROM found LIMIT :limit`;
  const found = yield* db.all<{ id: string }>(ids, {
    limit: max + 1,
    ...(rootId === null ? {} : { rootId }),
  });
  const some = JSON.stringify(found.slice(0, max).map((row) => row.id));
  const among = "IN (SELECT value FROM json_each(:some))";
  const tasks = yield* db.all<GraphTask>(
    `SELECT t.id, CAST(t.title AS TEXT) AS title, t.status, CAST(t.assignee AS TEXT) AS assignee,
       CAST(t.consecutive_failures AS BIGINT) AS "consecutiveFailures" FROM tasks t WHERE t.id ${among} ORDER BY t.created_at, t.rowid`,
    { some },
  );
  // With a plus: else each of the one is looked up with each of the other, a million times for a thousand tasks.
  const links = yield* db.all<{ parentId: string; childId: string }>(
    `SELECT l.parent_id AS "parentId", l.child_id AS "childId" FROM task_links l JOIN tasks c ON c.id = l.child_id
     WHERE +l.parent_id ${among} AND l.child_id ${among} ORDER BY c.created_at, c.rowid`,
    { some },
  );
  return { tasks, links, isCut: found.length > max };
}
