import type { DueRepeat } from "../../../board/repeat.ts";
import type { Connection } from "../connection.ts";
import type { Steps } from "../steps.ts";
import { readBlock } from "../tasks/queries.ts";

/** So many of the tasks that a repeat made are looked at, from the newest on: one that runs each minute makes half a million a year. */
const lookedAtMax = 1_000;

/** The newest task of a repeat that is neither done nor archived. */
export function* findOpenTask(db: Connection, repeatId: number): Steps<DueRepeat["openTask"]> {
  const open = yield* db.get<{ id: string; status: string }>(
    `SELECT t.id, t.status FROM (
       SELECT task_id, rowid AS position FROM kanbun_repeated_tasks WHERE repeat_id = :repeatId
       ORDER BY rowid DESC LIMIT ${lookedAtMax}) m
     CROSS JOIN tasks t ON t.id = m.task_id WHERE t.status NOT IN ('done', 'archived')
     ORDER BY m.position DESC LIMIT 1`,
    { repeatId },
  );
  if (open === null) return null;
  const gaveUp = open.status === "blocked" && (yield* readBlock(db, open.id))?.gaveUp === true;
  return { id: open.id, gaveUp };
}
