import { formatIndexes, formatTables } from "../../sql/schema/format-schema.ts";
import { ownIndexes, ownTables } from "../../sql/schema/schema.ts";
import { schemaVersion } from "../../sql/schema/schema-version.ts";
import type { Connection } from "./connection.ts";

/** Brings a board up to this version inside the caller's transaction. What others read is only ever added to. @param from null: never ours yet */
export function migrate(connection: Connection, from: number | null): void {
  for (const [table, columns] of Object.entries({ ...formatTables, ...ownTables })) {
    connection.run(`CREATE TABLE IF NOT EXISTS ${table} (${columns.join(", ")})`);
    for (const column of missingColumns(connection, table, columns))
      connection.run(`ALTER TABLE ${table} ADD COLUMN ${column}`);
  }
  // Until version 14 it was of the same rows, by another expression, and no question asks by that any more.
  if (from !== null && from < 15) connection.run("DROP INDEX IF EXISTS kanbun_tasks_odd");
  if (from !== null && from < 18) {
    connection.run("DROP INDEX IF EXISTS kanbun_tasks_ready");
    connection.run("DROP INDEX IF EXISTS kanbun_tasks_review");
    if (from >= 14) moveAsks(connection);
  }
  for (const index of formatIndexes) connection.run(`CREATE INDEX IF NOT EXISTS ${index}`);
  for (const index of ownIndexes) connection.run(`CREATE ${index}`);
  if (from !== null && from < 3) assignReviewers(connection);
  if (from !== null && from < 5) {
    blockBelowCancelled(connection);
    confirmGivenUp(connection);
  }
  connection.run(
    "INSERT OR REPLACE INTO kanbun_meta (key, value) VALUES ('schema_version', :schemaVersion)",
    {
      schemaVersion,
    },
  );
}

/** Until version 2 a task in review stayed with its author, and a column of ours named the reviewer. */
function assignReviewers(connection: Connection): void {
  connection.run("DROP INDEX IF EXISTS kanbun_tasks_reviewer");
  connection.run(
    `UPDATE kanbun_tasks SET author = t.assignee, returns_to = t.assignee FROM tasks t
     WHERE t.id = kanbun_tasks.task_id AND kanbun_tasks.in_review = 1`,
  );
  connection.run(
    "UPDATE tasks SET assignee = k.reviewer FROM kanbun_tasks k WHERE k.task_id = tasks.id AND k.in_review = 1",
  );
}

/** Until version 4 what was below a cancelled task waited for it; since then it would start. */
function blockBelowCancelled(connection: Connection): void {
  const waits = `t.status IN ('triage', 'todo', 'scheduled') AND EXISTS (
    SELECT 1 FROM task_links l JOIN tasks p ON p.id = l.parent_id
    WHERE l.child_id = t.id AND p.status = 'archived' AND p.completed_at IS NULL)`;
  connection.run(
    `INSERT INTO task_events (task_id, kind, payload, created_at)
     SELECT t.id, 'blocked', json_object('reason', 'its parent ' || p.id || ' was cancelled', 'kind', NULL,
       'cancelled_parent', p.id, 'actor', 'kanbun'), unixepoch()
     FROM tasks t JOIN task_links l ON l.child_id = t.id JOIN tasks p ON p.id = l.parent_id
     WHERE ${waits} AND p.status = 'archived' AND p.completed_at IS NULL GROUP BY t.id`,
  );
  connection.run(`UPDATE tasks AS t SET status = 'blocked' WHERE ${waits}`);
}

/** Until version 4 no block was written behind a `gave_up`: another dispatcher opens such a task again. */
function confirmGivenUp(connection: Connection): void {
  connection.run(
    `INSERT INTO task_events (task_id, kind, payload, created_at)
     SELECT t.id, 'blocked', json_object('reason', 'it failed too often', 'kind', NULL, 'gave_up', json('true'),
       'actor', 'kanbun'), unixepoch()
     FROM tasks t WHERE t.status = 'blocked' AND 'gave_up' = (SELECT e.kind FROM task_events e
       WHERE e.task_id = t.id AND e.kind IN ('blocked', 'gave_up', 'unblocked') ORDER BY e.id DESC LIMIT 1)`,
  );
}

/** Until version 17 what a task asks of its host was in a table of ours, a row each. */
function moveAsks(connection: Connection): void {
  connection.run(
    `UPDATE tasks SET kanbun_asks = (SELECT group_concat(line, char(10)) FROM (
       SELECT kind || ' ' || value AS line FROM kanbun_placements w WHERE w.task_id = tasks.id ORDER BY 1) l)
     WHERE id IN (SELECT task_id FROM kanbun_placements)`,
  );
  connection.run("DROP TABLE kanbun_placements");
}

/** Adds what an older board lacks; all later columns may be null or have a default. */
function missingColumns(connection: Connection, table: string, columns: readonly string[]): string[] {
  const present = new Set(
    connection
      .all<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`)
      .map((column) => column.name),
  );
  return columns.filter((column) => !/^PRIMARY KEY\b/.test(column) && !present.has(nameOf(column)));
}

function nameOf(column: string): string {
  return column.split(" ", 1)[0] ?? "";
}

/**
 * Lets a reader use one set of queries on a board of any version, without changing a byte of it: what the board
 * lacks is replaced outside the file. Tables by empty ones, columns by a view that shows their defaults.
 */
export function standInForMissing(connection: Connection): void {
  const present = new Set(
    connection
      .all<{ name: string }>("SELECT name FROM main.sqlite_master WHERE type = 'table'")
      .map((table) => table.name),
  );
  for (const [table, columns] of Object.entries({ ...formatTables, ...ownTables })) {
    if (!present.has(table)) {
      connection.run(`CREATE TEMP TABLE ${table} (${columns.join(", ")})`);
      continue;
    }
    const missing = missingColumns(connection, table, columns);
    if (missing.length === 0) continue;
    const values = missing.map((column) => `${defaultOf(column)} AS ${nameOf(column)}`);
    connection.run(
      `CREATE TEMP VIEW ${table} AS SELECT rowid AS rowid, *, ${values.join(", ")} FROM main.${table}`,
    );
  }
}

function defaultOf(column: string): string {
  return /\bDEFAULT (\S+)/.exec(column)?.[1] ?? "NULL";
}
