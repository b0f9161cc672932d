import type { NewSubscription, Subscription } from "../../notice.ts";
import type { Connection } from "../connection.ts";
import { toMs } from "../rows/odd-values.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { getLastEventId } from "../tasks/queries.ts";
import { requireTask } from "../tasks/task-lookup.ts";

interface SubscriptionRow {
  readonly task_id: string;
  readonly platform: string;
  readonly chat_id: string;
  readonly thread_id: string;
  readonly chat_type: string | null;
  readonly user_id: string | null;
  readonly notifier_profile: string | null;
  readonly created_at: number;
  readonly last_event_id: number;
}

/** One that is there already keeps how far it was told. */
export function* subscribe({ db, nowS }: Scope, to: NewSubscription): Steps<void> {
  yield* requireTask(db, to.taskId);
  yield* db.send(
    `INSERT INTO kanban_notify_subs
       (task_id, platform, chat_id, thread_id, chat_type, user_id, notifier_profile, created_at, last_event_id)
     VALUES (:taskId, :platform, :chatId, :threadId, :chatType, :userId, :profile, :nowS, :lastEventId)
     ON CONFLICT (task_id, platform, chat_id, thread_id) DO UPDATE SET
       chat_type = coalesce(:chatType, kanban_notify_subs.chat_type), user_id = coalesce(:userId, kanban_notify_subs.user_id),
       notifier_profile = coalesce(:profile, kanban_notify_subs.notifier_profile)`,
    {
      ...keyOf(to),
      ...{ chatType: to.chatType ?? null, userId: to.userId ?? null, profile: to.notifierProfile ?? null },
      ...{ nowS, lastEventId: yield* getLastEventId(db) },
    },
  );
}

export function* unsubscribe({ db }: Scope, from: NewSubscription): Steps<boolean> {
  const sql = `DELETE FROM kanban_notify_subs WHERE task_id = :taskId AND platform = :platform
    AND chat_id = :chatId AND thread_id = :threadId`;
  return (yield* db.run(sql, keyOf(from))) > 0;
}

export function* listSubscriptions(db: Connection, taskId: string | null): Steps<Subscription[]> {
  return (yield* db.all<SubscriptionRow>(
    `SELECT * FROM kanban_notify_subs WHERE :taskId IS NULL OR task_id = :taskId
       ORDER BY task_id, platform, chat_id, thread_id`,
    { taskId },
  )).map((row) => ({
    taskId: row.task_id,
    platform: row.platform,
    chatId: row.chat_id,
    threadId: row.thread_id,
    chatType: row.chat_type,
    userId: row.user_id,
    notifierProfile: row.notifier_profile,
    createdAtMs: toMs(row.created_at) ?? 0,
    lastEventId: row.last_event_id,
  }));
}

function keyOf({ taskId, platform, chatId, threadId }: NewSubscription) {
  return { taskId, platform, chatId, threadId };
}
