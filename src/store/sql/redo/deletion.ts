import { BoardError } from "../../../board/error.ts";
import { requireLegalMove } from "../../../board/moves.ts";
import type { DeletedTask } from "../../redo.ts";
import type { By } from "../../store.ts";
import type { Connection } from "../connection.ts";
import { getLiveRun } from "../runs/live-runs.ts";
import { formatTables } from "../schema/format-schema.ts";
import { ownTables } from "../schema/schema.ts";
import { appendEvent, type Scope } from "../scope.ts";
import { each, type Steps } from "../steps.ts";
import { listAttachments } from "../tasks/attachments.ts";
import { requireTask } from "../tasks/task-lookup.ts";

/** Every table that says something of a task, in a column of this name. */
const tablesOfTask = Object.entries({ ...formatTables, ...ownTables }).flatMap(([table, columns]) =>
  columns.some((column) => /^task_id\b/.test(column)) ? [table] : [],
);

/**
 * Takes a task off the board with all that is said of it; that it was deleted, and by whom, is all that stays. Links go
 * too, so nothing may wait for it: not what would start without it, not what it hands its work on to.
 */
export function* deleteTask(scope: Scope, id: string, by: By): Steps<DeletedTask> {
  const { db } = scope;
  const task = yield* requireTask(db, id);
  requireLegalMove("delete", task);
  yield* requireNothingLeft(db, id);
  yield* requireNoneWaits(db, id);
  const attached = yield* listAttachments(db, id);
  const shared = yield* each(attached, ({ storedPath }) =>
    db.get("SELECT 1 FROM task_attachments WHERE stored_path = :storedPath AND task_id <> :id LIMIT 1", {
      storedPath,
      id,
    }),
  );
  const attachments = attached.filter((_, at) => shared[at] === null);
  const runIds = yield* db.all<{ id: number }>("SELECT id FROM task_runs WHERE task_id = :id", { id });
  const hasScratch = yield* db.all<{ path: string }>(
    "SELECT scratch_path AS path FROM kanbun_runs WHERE task_id = :id AND scratch_path IS NOT NULL",
    { id },
  );
  for (const table of tablesOfTask) yield* db.send(`DELETE FROM ${table} WHERE task_id = :id`, { id });
  yield* db.send("DELETE FROM task_links WHERE parent_id = :id OR child_id = :id", { id });
  yield* db.send("DELETE FROM tasks WHERE id = :id", { id });
  yield* appendEvent(scope, { taskId: id, kind: "deleted", actor: by.actor, payload: { from: task.status } });
  return {
    task,
    attachments,
    runIds: runIds.map((run) => run.id),
    scratchPaths: hasScratch.map((row) => row.path),
  };
}

/** Its row is the fence before the processes that are still there. */
function* requireNothingLeft(db: Connection, id: string): Steps<void> {
  const live = yield* getLiveRun(db, id);
  if (live === null) return;
  throw new BoardError("conflict", `the last worker of ${id} (run ${live.runId}) has not ended yet`, {
    hint: "wait until it has ended (`kanbun dispatch --max 0` checks), then delete the task",
  });
}

function* requireNoneWaits(db: Connection, id: string): Steps<void> {
  const waiting = yield* db.all<{ id: string }>(
    `SELECT t.id FROM task_links l JOIN tasks t ON t.id = l.child_id
     WHERE l.parent_id = :id AND t.status NOT IN ('done', 'archived') ORDER BY t.created_at, t.rowid LIMIT 4`,
    { id },
  );
  const [first] = waiting;
  if (first === undefined) return;
  const names = waiting.slice(0, 3).map((task) => task.id);
  const more = waiting.length > 3 ? " and more" : "";
  throw new BoardError("conflict", `${names.join(", ")}${more} build on ${id}`, {
    hint: `delete those first, or unlink them: \`kanbun unlink ${id} ${first.id}\``,
  });
}
