import { BoardError } from "../../../board/error.ts";
import type { Expected } from "../../../board/expected.ts";
import type { Connection } from "../connection.ts";
import type { Steps } from "../steps.ts";

/** What happens to a task without a change of what it is: whoever looked before has missed nothing. */
const changesNothing = "'heartbeat', 'claim_extended', 'commented', 'attached'";

/** SQL: the revision of a task `t`, the id of the newest event that changed it. */
export const revision = `(SELECT coalesce(max(e.id), 0) FROM task_events e
  WHERE e.task_id = t.id AND e.kind NOT IN (${changesNothing}))`;

/** @throws {BoardError} conflict when the task is no longer as it was seen; a task that isn't there is the caller's affair */
export function* requireExpected(db: Connection, id: string, expected: Expected): Steps<void> {
  const now = yield* db.get<{ revision: number; runId: number | null; status: string }>(
    `SELECT ${revision} AS revision, t.current_run_id AS "runId", t.status FROM tasks t WHERE t.id = :id`,
    { id },
  );
  if (now === null) return;
  const isSeen =
    (expected.revision === undefined || expected.revision === now.revision) &&
    (expected.runId === undefined || expected.runId === now.runId);
  if (isSeen) return;
  throw new BoardError("conflict", `${id} has changed since you looked: it is ${now.status} now`, {
    hint: "look at it again, then decide",
  });
}
