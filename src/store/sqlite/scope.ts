import type { EventKind } from "../../board/event.ts";
import type { Connection } from "./connection.ts";
import { RowList } from "./row-list.ts";

/** One transaction as its parts see it: the connection, and one "now" for all they write. */
export interface Scope {
  readonly db: Connection;
  readonly nowMs: number;
  readonly nowS: number;
  /** Since boot, whole milliseconds. */
  readonly monotonicMs: number;
}

export function scopeAt(
  db: Connection,
  { nowMs, monotonicMs }: { nowMs: number; monotonicMs: number },
): Scope {
  return { db, nowMs, nowS: Math.floor(nowMs / 1000), monotonicMs: Math.round(monotonicMs) };
}

export interface EventEntry {
  readonly taskId: string;
  readonly runId?: number | null;
  readonly kind: EventKind;
  readonly actor: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

const newEvents = new RowList("new_events", ["task_id", "run_id", "kind", "payload"]);

/** Appends to the board's history, in the transaction of the moves that it tells of. */
export function appendEvents({ db, nowS }: Scope, entries: readonly EventEntry[]): void {
  if (entries.length === 0) return;
  const rows = entries.map(({ taskId, runId = null, kind, payload, actor }) => ({
    task_id: taskId,
    run_id: runId,
    kind,
    payload: JSON.stringify({ ...payload, actor }),
  }));
  newEvents.with(db, rows, () =>
    db.run(
      `INSERT INTO task_events (task_id, run_id, kind, payload, created_at)
       SELECT task_id, run_id, kind, payload, :nowS FROM temp.new_events`,
      { nowS },
    ),
  );
}

/** The same for one: a list of one would be written and read as JSON for nothing. */
export function appendEvent(scope: Scope, { taskId, runId = null, kind, payload, actor }: EventEntry): void {
  scope.db.run(
    "INSERT INTO task_events (task_id, run_id, kind, payload, created_at) VALUES (?, ?, ?, ?, ?)",
    [taskId, runId, kind, JSON.stringify({ ...payload, actor }), scope.nowS],
  );
}
