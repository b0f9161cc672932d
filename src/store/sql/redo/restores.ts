import { requireLegalMove } from "../../../board/moves.ts";
import type { Task, TaskStatus } from "../../../board/task.ts";
import type { By } from "../../store.ts";
import type { Connection } from "../connection.ts";
import { type EventRow, toEvent } from "../rows/rows.ts";
import { appendEvent, type Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { freeChildren } from "../tasks/cancelled-parents.ts";
import { requireTask } from "../tasks/task-lookup.ts";
import { setDue } from "../tasks/tasks.ts";
import { getStatusWhenBack } from "../verdicts/status-when-back.ts";
import { requireFreeKey } from "./free-key.ts";

/**
 * Out of the archive: done if it was done, else where it was when it was archived or cancelled; one that was at work, or
 * of which that isn't known, waits to be started. Children that its end has blocked wait for it again.
 */
export function* restoreTask(scope: Scope, id: string, by: By): Steps<Task> {
  const task = yield* requireTask(scope.db, id);
  requireLegalMove("restore", task);
  yield* requireFreeKey(scope.db, task);
  const before = yield* readRetirement(scope.db, id);
  // An archived task waits for nothing: only when it is open again it is seen what it waits for.
  yield* scope.db.send("UPDATE tasks SET status = 'todo' WHERE id = :id", { id });
  if (before.dueAtMs !== null) yield* setDue(scope, id, before.dueAtMs);
  const status =
    task.completedAtMs === null ? (before.status ?? (yield* getStatusWhenBack(scope.db, id))) : "done";
  yield* scope.db.send("UPDATE tasks SET status = :status WHERE id = :id", { id, status });
  yield* appendEvent(scope, { taskId: id, kind: "restored", actor: by.actor, payload: { status } });
  if (status !== "done") yield* freeChildren(scope, id, by.actor);
  return yield* requireTask(scope.db, id);
}

/** Where a person had put it. Of what was ready, waiting or at work it is asked anew. */
const places: ReadonlySet<unknown> = new Set<TaskStatus>(["triage", "scheduled", "blocked", "review"]);

function* readRetirement(
  db: Connection,
  id: string,
): Steps<{ status: TaskStatus | null; dueAtMs: number | null }> {
  const row = yield* db.get<EventRow>(
    "SELECT * FROM task_events WHERE task_id = :id AND kind IN ('archived', 'cancelled') ORDER BY id DESC LIMIT 1",
    { id },
  );
  const { from, due_at_ms: dueAtMs } = (row && toEvent(row).payload) ?? {};
  return {
    status: places.has(from) ? (from as TaskStatus) : null,
    dueAtMs: typeof dueAtMs === "number" ? dueAtMs : null,
  };
}
