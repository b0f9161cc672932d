import type { FlowTask } from "../../../board/flow.ts";
import { type StatusChange, statusChangingKinds, statusTellingKinds } from "../../../board/status-change.ts";
import type { TaskStatus } from "../../../board/task.ts";
import type { Connection } from "../connection.ts";
import { toMs } from "../rows/odd-values.ts";
import type { Steps } from "../steps.ts";

interface ChangeRow {
  readonly task_id: string;
  readonly run_id: number | null;
  readonly kind: string;
  readonly status: string | null;
  readonly created_at: number;
}

const listed = (kinds: readonly string[]) => kinds.map((kind) => `'${kind}'`).join(", ");
// Another program may have written what is no JSON.
const change = `e.task_id, e.run_id, e.kind, e.created_at,
  CASE WHEN e.kind IN (${listed(statusTellingKinds)}) AND json_valid(e.payload)
    THEN CAST(json_extract(e.payload, '$.status') AS TEXT) END AS status`;
const changes = `e.kind IN (${listed(statusChangingKinds)})`;

function toChange(row: ChangeRow): StatusChange {
  return {
    taskId: row.task_id,
    runId: row.run_id,
    kind: row.kind,
    status: row.status,
    atMs: toMs(row.created_at) ?? 0,
  };
}

export function* findEventAt(db: Connection, atMs: number): Steps<number | null> {
  return yield* findRowAt(db, { table: "task_events", column: "created_at", atS: atMs / 1000 });
}

/** The first row of that time or later, by halves: a row is written in the order of time. */
export function* findRowAt(
  db: Connection,
  of: { readonly table: string; readonly column: string; readonly atS: number },
): Steps<number | null> {
  const { table, column, atS } = of;
  const ends = yield* db.get<{ low: number | null; high: number | null }>(
    `SELECT (SELECT min(id) FROM ${table}) AS low, (SELECT max(id) FROM ${table}) AS high`,
  );
  let [low, high] = [ends?.low ?? 0, (ends?.high ?? -1) + 1];
  const end = high;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    // Ids that are missing were removed.
    const row = yield* db.get<{ id: number; at: number }>(
      `SELECT id, ${column} AS at FROM ${table} WHERE id >= :middle ORDER BY id LIMIT 1`,
      { middle },
    );
    if (row === null || row.at >= atS) high = middle;
    else low = row.id + 1;
  }
  return low >= end ? null : low;
}

export function* listStatusChanges(
  db: Connection,
  { eventId, max }: { readonly eventId: number; readonly max: number },
): Steps<{ changes: StatusChange[]; nextId: number | null }> {
  const next = yield* db.get<{ id: number }>(
    "SELECT id FROM task_events WHERE id >= :eventId ORDER BY id LIMIT 1 OFFSET :max",
    { eventId, max },
  );
  const rows = yield* db.all<ChangeRow>(
    `SELECT ${change} FROM task_events e WHERE e.id >= :eventId AND e.id < :end AND ${changes} ORDER BY e.id`,
    { eventId, end: next?.id ?? Number.MAX_SAFE_INTEGER },
  );
  return { changes: rows.map(toChange), nextId: next?.id ?? null };
}

export function* listChangesBefore(
  db: Connection,
  eventId: number,
  taskIds: readonly string[],
): Steps<StatusChange[]> {
  return (yield* db.all<ChangeRow>(
    `SELECT ${change} FROM json_each(:taskIds) j CROSS JOIN task_events e ON e.id =
         (SELECT e.id FROM task_events e WHERE e.task_id = j.value AND e.id < :eventId AND ${changes}
          ORDER BY e.created_at DESC, e.id DESC LIMIT 1)`,
    { taskIds: JSON.stringify(taskIds), eventId },
  )).map(toChange);
}

export function* readFlowNow(db: Connection, taskIds: readonly string[]) {
  const counts = yield* db.all<{ status: TaskStatus; n: number }>(
    "SELECT status, count(*) AS n FROM tasks GROUP BY status",
  );
  const rows = yield* db.all<{ id: string; status: TaskStatus; created_at: number }>(
    "SELECT t.id, t.status, t.created_at FROM json_each(:taskIds) j CROSS JOIN tasks t ON t.id = j.value",
    { taskIds: JSON.stringify(taskIds) },
  );
  const tasks: ReadonlyMap<string, FlowTask> = new Map(
    rows.map(({ id, status, created_at }) => [id, { status, createdAtMs: toMs(created_at) ?? 0 }]),
  );
  return { byStatus: Object.fromEntries(counts.map(({ status, n }) => [status, n])), tasks };
}
