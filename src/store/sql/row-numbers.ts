import type { RecordFlaw } from "../inspection.ts";
import type { Connection } from "./connection.ts";
import { numberMax } from "./exchange/odd-rows.ts";
import { each, type Steps } from "./steps.ts";

/** Tables whose rows the database numbers itself, each behind the highest: behind the last number that there is, it says that the disk is full. */
const tables = ["task_events", "task_comments", "task_attachments"] as const;

/** Rows of another program's, behind which no new one gets a number that can be used. */
export function* listBadNumbers(db: Connection): Steps<RecordFlaw[]> {
  const found = yield* each(tables, function* (table): Steps<RecordFlaw[]> {
    return (yield* listRows(db, table)).map(({ task_id: taskId, number }) => ({
      kind: "number",
      taskId,
      runId: null,
      detail: `a row of ${taskId} in ${table} has the number ${number}: new ones can't have a higher one`,
      repair: `number row ${number} of ${table} anew`,
    }));
  });
  return found.flat();
}

/** Numbers them behind those that can be used, in their order. */
export function* numberAnew(db: Connection): Steps<void> {
  for (const table of tables) {
    const rows = yield* listRows(db, table);
    if (rows.length === 0) continue;
    const last = `SELECT coalesce(max(id), 0) AS id FROM ${table} WHERE id <= ${numberMax}`;
    for (const { number } of rows)
      yield* db.send(`UPDATE ${table} SET id = (${last}) + 1 WHERE id = CAST(:number AS BIGINT)`, { number });
    yield* db.setLastNumber(table, (yield* db.get<{ id: number }>(last))?.id ?? 0);
  }
}

/** With their numbers as texts: they are more than ours can hold. */
function listRows(db: Connection, table: string): Steps<{ task_id: string; number: string }[]> {
  return db.all(
    `SELECT task_id, CAST(id AS TEXT) AS number FROM ${table} WHERE id > ${numberMax} ORDER BY id`,
  );
}
