import type { NoticeKind } from "../../../board/notice.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";

export const titleCharsMax = 200;

/** What one target is to be told. */
interface NewDelivery {
  readonly target: string;
  readonly board: string;
  /** 0: of no event. */
  readonly eventId: number;
  /** With event and target: that it is told once. */
  readonly key: string;
  readonly taskId: string | null;
  readonly title: string;
  readonly kind: NoticeKind;
  /** What happened, in words that follow the title. */
  readonly text: string;
  /** The rest of the document. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** Nothing where it is there already. */
export function* writeDelivery({ db, nowMs }: Scope, delivery: NewDelivery): Steps<void> {
  const { target, board, eventId, key, taskId, title, kind, more } = delivery;
  const uid = crypto.randomUUID();
  const text = `${title.replaceAll(/\s+/g, " ")} ${delivery.text}`;
  const body = { v: 1, id: uid, board, kind, task_id: taskId, title, text, ...more };
  yield* db.send(
    `INSERT INTO kanbun_deliveries
       (uid, target, event_id, subscription, task_id, kind, text, body, created_at_ms, next_try_at_ms)
     VALUES (:uid, :target, :eventId, :key, :taskId, :kind, :text, :body, :nowMs, :nowMs)
     ON CONFLICT DO NOTHING`,
    { uid, target, eventId, key, taskId: taskId ?? "", kind, text, nowMs, body: JSON.stringify(body) },
  );
}
