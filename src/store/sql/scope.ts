import type { EventKind } from "../../board/event.ts";
import type { Refusal } from "../tick.ts";
import type { Connection } from "./connection.ts";
import { RowInserts } from "./rows/row-inserts.ts";
import type { Steps } from "./steps.ts";

/** One transaction as its parts see it: the connection, and one "now" for all they write. */
export interface Scope {
  readonly db: Connection;
  readonly nowMs: number;
  readonly nowS: number;
  /** Since boot, whole milliseconds; and which boot. What is written of a run counts from the run's own: else it is left blank. */
  readonly monotonicMs: number;
  readonly bootId: string;
  /** What the tables refused of one task or run, while all else went on. */
  readonly refusals: Refusal[];
}

export function scopeAt(
  db: Connection,
  { nowMs, monotonicMs, bootId }: { nowMs: number; monotonicMs: number; bootId: string },
): Scope {
  const nowS = Math.floor(nowMs / 1000);
  return { db, nowMs, nowS, monotonicMs: Math.round(monotonicMs), bootId, refusals: [] };
}

export interface EventEntry {
  readonly taskId: string;
  readonly runId?: number | null;
  readonly kind: EventKind;
  readonly actor: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

const newEvents = new RowInserts("task_events", ["task_id", "run_id", "kind", "payload", "created_at"]);

/** Appends to the board's history, in the transaction of the moves that it tells of. */
export function* appendEvents({ db, nowS }: Scope, entries: readonly EventEntry[]): Steps<void> {
  yield* newEvents.insert(
    db,
    entries.map(({ taskId, runId = null, kind, payload, actor }) => [
      taskId,
      runId,
      kind,
      JSON.stringify({ ...payload, actor }),
      nowS,
    ]),
  );
}

export function* appendEvent(scope: Scope, entry: EventEntry): Steps<void> {
  yield* appendEvents(scope, [entry]);
}
