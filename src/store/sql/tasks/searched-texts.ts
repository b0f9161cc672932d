import type { SearchedTexts, TextChanges, TextMark } from "../../searched-texts.ts";
import type { Connection } from "../connection.ts";
import type { Steps } from "../steps.ts";

/**
 * What has changed since `mark`. Whatever any program writes of a task it appends an event, a comment or a run for, so
 * no trigger is needed, which would break the writes of programs whose SQLite lacks what it needs.
 */
export function* getTextChanges(db: Connection, mark: TextMark | null): Steps<TextChanges> {
  const tasks = (yield* db.get<{ n: number }>("SELECT count(*) AS n FROM tasks"))?.n ?? 0;
  const newest = yield* readMark(db);
  if (mark === null || (yield* nameEvent(db, mark.eventId)) !== mark.event)
    return { mark: newest, changed: null, tasks };
  const { eventId, commentId, runId } = mark;
  const changed = yield* db.all<{ id: string }>(
    `SELECT task_id AS id FROM task_events WHERE id > :eventId
     UNION SELECT task_id FROM task_comments WHERE id > :commentId
     UNION SELECT task_id FROM task_runs WHERE id > :runId`,
    { eventId, commentId, runId },
  );
  return { mark: newest, changed: changed.map((task) => task.id), tasks };
}

function* readMark(db: Connection): Steps<TextMark> {
  const last = function* (table: string): Steps<number> {
    return (yield* db.get<{ id: number | null }>(`SELECT max(id) AS id FROM ${table}`))?.id ?? 0;
  };
  const eventId = yield* last("task_events");
  return {
    eventId,
    event: yield* nameEvent(db, eventId),
    commentId: yield* last("task_comments"),
    runId: yield* last("task_runs"),
  };
}

function* nameEvent(db: Connection, id: number): Steps<string> {
  const row = yield* db.get<{ name: string }>(
    "SELECT task_id || ' ' || kind || ' ' || created_at AS name FROM task_events WHERE id = :id",
    { id },
  );
  return row?.name ?? "";
}

export function* listAllTaskIds(db: Connection): Steps<string[]> {
  return (yield* db.all<{ id: string }>("SELECT id FROM tasks")).map((task) => task.id);
}

/** Whatever another program has written there is searched as text. */
export function* readSearchedTexts(db: Connection, ids: readonly string[]): Steps<SearchedTexts[]> {
  const text = (sql: string) => `coalesce(CAST((${sql}) AS TEXT), '')`;
  return yield* db.all<SearchedTexts>(
    `SELECT t.id, ${text("t.title")} AS title, ${text("t.body")} AS body,
       ${text("SELECT group_concat(c.body, char(10)) FROM task_comments c WHERE c.task_id = t.id")} AS comments,
       ${text("SELECT group_concat(r.summary, char(10)) FROM task_runs r WHERE r.task_id = t.id")}
         || char(10) || ${text("t.result")} AS summaries
     FROM json_each(:ids) j CROSS JOIN tasks t ON t.id = j.value`,
    { ids: JSON.stringify(ids) },
  );
}

export function* getTasksOfRuns(db: Connection, runIds: readonly number[]): Steps<Map<number, string>> {
  const rows = yield* db.all<{ id: number; task_id: string }>(
    "SELECT id, task_id FROM task_runs WHERE id IN (SELECT value FROM json_each(:runIds))",
    { runIds: JSON.stringify(runIds) },
  );
  return new Map(rows.map((row) => [row.id, row.task_id]));
}
