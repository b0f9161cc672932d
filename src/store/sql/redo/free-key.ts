import { BoardError } from "../../../board/error.ts";
import type { Task } from "../../../board/task.ts";
import type { Connection } from "../connection.ts";
import type { Steps } from "../steps.ts";

/** At most one unarchived task has an idempotency key. @throws {BoardError} conflict when by now another one has it */
export function* requireFreeKey(db: Connection, { id, status, idempotencyKey: key }: Task): Steps<void> {
  if (status !== "archived" || key === null) return;
  const other = yield* db.get<{ id: string }>(
    "SELECT id FROM tasks WHERE idempotency_key = :key AND status <> 'archived' LIMIT 1",
    { key },
  );
  if (other === null) return;
  throw new BoardError("conflict", `${other.id} has the idempotency key of ${id} by now: ${key}`, {
    hint: `archive that one first with \`kanbun archive ${other.id}\``,
  });
}
