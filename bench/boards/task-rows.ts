import type { Database } from "bun:sqlite";

export interface Range {
  readonly first: number;
  readonly last: number;
}

/** SQL for the id of the task with this number: every id once, in an order that looks like chance, as real ones do. */
export const taskId = (number: string) => `printf('t_%08x', (${number} * 2654435761) & 4294967295)`;

/** SQL that makes a table `n(i)` of the numbers from `:first` to `:last`. */
export const numbers =
  "WITH RECURSIVE n(i) AS (SELECT :first WHERE :first <= :last UNION ALL SELECT i + 1 FROM n WHERE i < :last)";

/** Tasks with their first event, in one statement each: a board of a million is not made one by one. */
export function addTasks(
  db: Database,
  range: Range,
  { status, assignee, nowS }: { status: string; assignee: string | null; nowS: number },
): void {
  const isOver = status === "done" || status === "archived";
  db.query(
    `${numbers} INSERT INTO tasks (id, title, body, assignee, status, priority, created_by, created_at, started_at, completed_at)
     SELECT ${taskId("i")}, 'Task ' || i, 'echo ' || i, :assignee, :status, i % 3, 'bench', :nowS - 100000 + i % 90000,
       CASE WHEN :isOver THEN :nowS - 9000 END, CASE WHEN :isOver THEN :nowS - 8000 END FROM n`,
  ).run({ ...range, assignee, status, nowS, isOver });
  addEvents(db, range, { kind: "created", run: "NULL", nowS });
}

/** One event for each task of the range. */
export function addEvents(
  db: Database,
  range: Range,
  { kind, run, nowS }: { kind: string; run: "i" | "NULL"; nowS: number },
): void {
  db.query(
    `${numbers} INSERT INTO task_events (task_id, run_id, kind, payload, created_at)
     SELECT ${taskId("i")}, ${run}, :kind, '{"actor":"bench"}', :nowS - 8000 FROM n`,
  ).run({ ...range, kind, nowS });
}

/** Lets go what is blocked, the first `count` tasks or all, as a program does that knows nothing of Kanbun. */
export function makeReady(db: Database, count = -1): void {
  db.query(
    `UPDATE tasks SET status = 'ready'
     WHERE rowid IN (SELECT rowid FROM tasks WHERE status = 'blocked' ORDER BY rowid LIMIT ?)`,
  ).run(count);
}
