import { cutText } from "../../../board/cut-text.ts";
import { type Notice, noticeOf, tellWithinMs, wants } from "../../../board/notice.ts";
import type { NoticeTarget } from "../../notice.ts";
import type { Connection } from "../connection.ts";
import { toText, toTextOrNull } from "../rows/odd-values.ts";
import { type EventRow, toEvent } from "../rows/rows.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { collectStopped } from "./stopped-repeats.ts";
import { titleCharsMax, writeDelivery } from "./written-delivery.ts";

/** So many events are looked at in one transaction. */
const eventsAtOnce = 1_000;
/** A target's place is written down when it is so far behind, though there was nothing for it. */
const behindMax = 500;
/** So many wait for one target; the oldest are given up for newer ones. */
const waitingMax = 1_000;
/** So many that are over are kept. */
const keptMax = 2_000;

type NoticeRow = EventRow & {
  readonly title: string | null;
  readonly assignee: string | null;
  readonly profile: string | null;
  readonly run_error: string | null;
  readonly repeat_id: number | null;
};

type SubscribedRow = NoticeRow & {
  readonly platform: string;
  readonly chat_id: string;
  readonly thread_id: string;
  readonly chat_type: string | null;
  readonly user_id: string | null;
  readonly notifier_profile: string | null;
};

const kinds = `('crashed', 'timed_out', 'spawn_failed', 'protocol_violation', 'gave_up', 'blocked',
  'block_loop_detected', 'review_requested', 'completed')`;
const columns = `e.id, e.task_id, e.run_id, e.kind, e.payload, e.created_at, t.title, t.assignee, r.profile,
  r.error AS run_error, (SELECT p.id FROM kanbun_repeated_tasks m JOIN kanbun_repeats p ON p.id = m.repeat_id
    WHERE m.task_id = e.task_id AND p.overlap = 'skip' AND p.paused_at_ms IS NULL) AS repeat_id`;
const joins = "LEFT JOIN tasks t ON t.id = e.task_id LEFT JOIN task_runs r ON r.id = e.run_id";

interface Place {
  readonly target: string;
  readonly eventId: number;
}

interface News {
  readonly target: string;
  readonly row: NoticeRow;
  readonly notice: Notice;
  readonly subscription: SubscribedRow | null;
}

interface Harvest {
  readonly news: readonly News[];
  readonly places: readonly Place[];
  readonly hasMore: boolean;
}

/** What there is to tell; reads only. */
export function* lookForNotices(
  db: Connection,
  targets: readonly NoticeTarget[],
  nowMs: number,
): Steps<Harvest> {
  const own = yield* lookForOwn(
    db,
    targets.filter(({ subscriptions }) => !subscriptions),
  );
  const subscribed = yield* lookForSubscribed(
    db,
    targets.filter(({ subscriptions }) => subscriptions),
  );
  // Of a board that was brought here from elsewhere nobody is to be told.
  const news = [...own.news, ...subscribed].filter(
    ({ row }) => nowMs - row.created_at * 1000 <= tellWithinMs,
  );
  return { ...own, news };
}

function* lookForOwn(db: Connection, targets: readonly NoticeTarget[]): Steps<Harvest> {
  const lastId = (yield* db.get<{ id: number | null }>("SELECT max(id) AS id FROM task_events"))?.id ?? 0;
  const known = new Map(
    (yield* db.all<{ target: string; event_id: number }>(
      "SELECT target, event_id FROM kanbun_notify_places",
    )).map((row) => [row.target, row.event_id]),
  );
  // Whoever is new is not told what was before.
  const begun = targets
    .filter(({ name }) => !known.has(name))
    .map(({ name }) => ({ target: name, eventId: lastId }));
  const from = targets.flatMap(({ name }) => known.get(name) ?? []);
  if (from.length === 0) return { news: [], places: begun, hasMore: false };
  const rows = yield* db.all<NoticeRow>(
    `SELECT ${columns} FROM task_events e ${joins} WHERE e.id > :afterId AND e.kind IN ${kinds}
     ORDER BY e.id LIMIT ${eventsAtOnce}`,
    { afterId: Math.min(...from) },
  );
  const hasMore = rows.length === eventsAtOnce;
  const seenId = hasMore ? (rows.at(-1)?.id ?? lastId) : lastId;
  const news = targets.flatMap((target) => {
    const afterId = known.get(target.name);
    return afterId === undefined
      ? []
      : rows.filter(({ id }) => id > afterId).flatMap((row) => newsOf(target, row) ?? []);
  });
  const told = new Set(news.map(({ target }) => target));
  const moved = targets
    .filter(({ name }) => told.has(name) || seenId - (known.get(name) ?? seenId) > behindMax)
    .map(({ name }) => ({ target: name, eventId: seenId }));
  return { news, places: [...begun, ...moved], hasMore };
}

function* lookForSubscribed(db: Connection, targets: readonly NoticeTarget[]): Steps<News[]> {
  if (targets.length === 0) return [];
  const rows = yield* db.all<SubscribedRow>(
    `SELECT ${columns}, s.platform, s.chat_id, s.thread_id, s.chat_type, s.user_id, s.notifier_profile
     FROM kanban_notify_subs s CROSS JOIN task_events e ON e.task_id = s.task_id AND e.id > s.last_event_id ${joins}
     WHERE e.kind IN ${kinds} ORDER BY e.id LIMIT ${eventsAtOnce}`,
  );
  return rows.flatMap((row) =>
    targets
      .filter(({ platforms }) => platforms === null || platforms.includes(row.platform))
      .flatMap((target) => newsOf(target, row, row) ?? []),
  );
}

function newsOf(
  target: NoticeTarget,
  row: NoticeRow,
  subscription: SubscribedRow | null = null,
): News | null {
  const error = toTextOrNull(row.run_error);
  const notice = noticeOf(toEvent(row), { error, repeatId: row.repeat_id });
  if (notice === null || !wants(target, notice.kind, row.profile ?? row.assignee)) return null;
  return { target: target.name, row, notice, subscription };
}

/** Writes down what is to be told, with how far each target has got, in the caller's transaction. */
export function* collectNotices(scope: Scope, targets: readonly NoticeTarget[], board: string): Steps<void> {
  const { db, nowMs } = scope;
  const { news, places } = yield* lookForNotices(db, targets, nowMs);
  for (const one of news) yield* insert(scope, one, board);
  yield* collectStopped(scope, targets, board);
  for (const { target, eventId } of places)
    yield* db.send(
      `INSERT INTO kanbun_notify_places (target, event_id) VALUES (:target, :eventId)
       ON CONFLICT (target) DO UPDATE SET event_id = excluded.event_id`,
      {
        target,
        eventId,
      },
    );
  for (const { subscription } of news)
    if (subscription !== null)
      yield* db.send(
        `UPDATE kanban_notify_subs SET last_event_id = max(last_event_id, :eventId) WHERE task_id = :taskId
         AND platform = :platform AND chat_id = :chatId AND thread_id = :threadId`,
        {
          ...{ eventId: subscription.id, taskId: subscription.task_id, platform: subscription.platform },
          ...{ chatId: subscription.chat_id, threadId: subscription.thread_id },
        },
      );
  for (const target of new Set(news.map((one) => one.target)))
    yield* db.send(
      `UPDATE kanbun_deliveries SET next_try_at_ms = NULL, failed_at_ms = :nowMs, error = 'too many were waiting'
       WHERE next_try_at_ms IS NOT NULL AND target = :target AND id < (SELECT id FROM kanbun_deliveries
         WHERE next_try_at_ms IS NOT NULL AND target = :target ORDER BY id DESC LIMIT 1 OFFSET ${waitingMax - 1})`,
      { target, nowMs },
    );
  yield* db.send(
    `DELETE FROM kanbun_deliveries WHERE next_try_at_ms IS NULL
     AND id <= (SELECT max(id) FROM kanbun_deliveries) - ${keptMax}`,
  );
}

function* insert(scope: Scope, { target, row, notice, subscription }: News, board: string): Steps<void> {
  const subscribed = subscription === null ? null : describeSubscription(subscription);
  yield* writeDelivery(scope, {
    ...{ target, board, eventId: row.id, taskId: row.task_id, kind: notice.kind, text: notice.text },
    key: subscribed === null ? "" : JSON.stringify(subscribed),
    title: cutText(toText(row.title ?? row.task_id), titleCharsMax),
    more: {
      ...{ event: row.kind, event_id: row.id, assignee: row.assignee, profile: row.profile },
      ...{ run_id: row.run_id, at_ms: row.created_at * 1000 },
      ...(subscribed === null ? {} : { subscription: subscribed }),
    },
  });
}

function describeSubscription(row: SubscribedRow) {
  const { platform, chat_id, thread_id, chat_type, user_id, notifier_profile } = row;
  return { platform, chat_id, thread_id, chat_type, user_id, notifier_profile };
}
