import { type NoticeKind, nextTryAtMs, pauseMaxMs } from "../../../board/notice.ts";
import type { Delivery, DeliveryEnd, NoticeStore, TakenDelivery } from "../../notice.ts";
import type { Connection } from "../connection.ts";
import { toText, toTextOrNull, toWhole } from "../rows/odd-values.ts";
import type { Scope } from "../scope.ts";
import { each, type Steps } from "../steps.ts";

interface DeliveryRow {
  readonly id: number;
  readonly uid: string;
  readonly target: string;
  readonly task_id: string;
  readonly kind: NoticeKind;
  readonly text: string;
  readonly body: string;
  readonly created_at_ms: number;
  readonly tries: number;
  readonly next_try_at_ms: number | null;
  readonly lease_until_ms: number | null;
  readonly delivered_at_ms: number | null;
  readonly failed_at_ms: number | null;
  readonly error: string | null;
}

// The oldest that waits, and no other: in this order they are told, or not at all.
const firstWaiting = `SELECT * FROM kanbun_deliveries WHERE next_try_at_ms IS NOT NULL AND target = :target
  ORDER BY id LIMIT 1`;

/** When it may be tried, by itself and by whoever has it. What lies further ahead than any pause is of a clock that was set back. */
function dueAtMs({ next_try_at_ms: nextMs, lease_until_ms: leaseMs }: DeliveryRow, nowMs: number): number {
  const atMs = Math.max(toWhole(nextMs) ?? 0, toWhole(leaseMs) ?? 0);
  return atMs > nowMs + pauseMaxMs ? nowMs : atMs;
}

/** Whether the target's next delivery may be tried now; reads only. */
export function* isDeliveryDue(db: Connection, target: string, nowMs: number): Steps<boolean> {
  const row = yield* db.get<DeliveryRow>(firstWaiting, { target });
  return row !== null && dueAtMs(row, nowMs) <= nowMs;
}

export function* takeDelivery(
  { db, nowMs }: Scope,
  target: string,
  leaseMs: number,
): Steps<TakenDelivery | null> {
  const row = yield* db.get<DeliveryRow>(firstWaiting, { target });
  if (row === null || dueAtMs(row, nowMs) > nowMs) return null;
  const lease = crypto.randomUUID();
  // Counted before it is made: whoever dies over it has tried.
  yield* db.send(
    "UPDATE kanbun_deliveries SET tries = tries + 1, lease = :lease, lease_until_ms = :untilMs WHERE id = :id",
    { id: row.id, lease, untilMs: nowMs + leaseMs },
  );
  return { ...toDelivery(row), tries: row.tries + 1, lease };
}

export function* endDelivery({ db, nowMs }: Scope, taken: TakenDelivery, end: DeliveryEnd): Steps<void> {
  const of = { id: taken.id, lease: taken.lease };
  const where = "lease = NULL, lease_until_ms = NULL WHERE id = :id AND lease = :lease";
  if ("isReleased" in end) yield* db.send(`UPDATE kanbun_deliveries SET tries = tries - 1, ${where}`, of);
  else if (end.error === null)
    yield* db.send(`UPDATE kanbun_deliveries SET next_try_at_ms = NULL, delivered_at_ms = :nowMs, ${where}`, {
      ...of,
      nowMs,
    });
  else {
    const atMs = nextTryAtMs(taken, nowMs);
    yield* db.send(
      `UPDATE kanbun_deliveries SET next_try_at_ms = :atMs, failed_at_ms = CASE WHEN :atMs IS NULL THEN :nowMs END,
         error = :error, ${where}`,
      { ...of, atMs, nowMs, error: end.error },
    );
  }
}

export function* getNextDeliveryMs(
  db: Connection,
  targets: readonly string[],
  nowMs: number,
): Steps<number | null> {
  const rows = yield* each(targets, (target) => db.get<DeliveryRow>(firstWaiting, { target }));
  const dues = rows.flatMap((row) => (row === null ? [] : [dueAtMs(row, nowMs)]));
  return dues.length === 0 ? null : Math.min(...dues);
}

type Filter = Parameters<NoticeStore["listDeliveries"]>[0];

export function* listDeliveries(db: Connection, { target, limit }: Filter): Steps<Delivery[]> {
  const where = target === undefined ? "" : "WHERE target = :target";
  return (yield* db.all<DeliveryRow>(
    `SELECT * FROM kanbun_deliveries ${where} ORDER BY id DESC LIMIT :limit`,
    {
      limit,
      ...(target === undefined ? {} : { target }),
    },
  )).map(toDelivery);
}

export function* retryDeliveries({ db, nowMs }: Scope, target: string): Steps<number> {
  return yield* db.run(
    `UPDATE kanbun_deliveries SET next_try_at_ms = :nowMs, created_at_ms = :nowMs, tries = 0, failed_at_ms = NULL
     WHERE target = :target AND delivered_at_ms IS NULL`,
    { target, nowMs },
  );
}

function toDelivery(row: DeliveryRow): Delivery {
  const state =
    row.delivered_at_ms !== null ? "delivered" : row.next_try_at_ms === null ? "failed" : "waiting";
  return {
    id: row.id,
    uid: toText(row.uid),
    target: toText(row.target),
    taskId: toText(row.task_id),
    kind: toText(row.kind) as NoticeKind,
    text: toText(row.text),
    body: toText(row.body),
    state,
    createdAtMs: toWhole(row.created_at_ms) ?? 0,
    tries: toWhole(row.tries) ?? 0,
    nextTryAtMs: toWhole(row.next_try_at_ms),
    deliveredAtMs: toWhole(row.delivered_at_ms),
    error: toTextOrNull(row.error),
  };
}
