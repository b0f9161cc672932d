import { cutText } from "../../../board/cut-text.ts";
import { stoppedNotice, tellWithinMs, wants } from "../../../board/notice.ts";
import type { NoticeTarget } from "../../notice.ts";
import type { Connection } from "../connection.ts";
import { toText } from "../rows/odd-values.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { titleCharsMax, writeDelivery } from "./written-delivery.ts";

interface StoppedRow {
  readonly id: number;
  readonly title: string;
  readonly problem: string;
  readonly task: string;
  readonly at_ms: number;
  readonly last_task_id: string | null;
}

/** Repeats that make no task any more, of which no one has been told. */
function listStopped(db: Connection): Steps<StoppedRow[]> {
  return db.all<StoppedRow>(
    `SELECT id, title, problem, task, untold_stop_at_ms AS at_ms, last_task_id
     FROM kanbun_repeats WHERE untold_stop_at_ms IS NOT NULL ORDER BY untold_stop_at_ms, id`,
  );
}

/** Whether there is one to be told of. A target that serves subscriptions is told of single tasks alone. */
export function* hasStopped(db: Connection, targets: readonly NoticeTarget[]): Steps<boolean> {
  return targets.some(({ subscriptions }) => !subscriptions) && (yield* listStopped(db)).length > 0;
}

/** Writes down what is to be told of them, once for all who are told now. */
export function* collectStopped(scope: Scope, targets: readonly NoticeTarget[], board: string): Steps<void> {
  const { db, nowMs } = scope;
  if (!(yield* hasStopped(db, targets))) return;
  const own = targets.filter(({ subscriptions }) => !subscriptions);
  for (const row of yield* listStopped(db)) {
    const assignee = readAssignee(toText(row.task));
    const { kind, text } = stoppedNotice(toText(row.problem));
    if (nowMs - row.at_ms <= tellWithinMs)
      for (const { name } of own.filter((target) => wants(target, kind, assignee)))
        yield* writeDelivery(scope, {
          ...{ target: name, eventId: 0, key: `repeat ${row.id} at ${row.at_ms}`, board, kind, text },
          ...{ taskId: row.last_task_id, title: cutText(toText(row.title), titleCharsMax) },
          more: { event: "repeat_stopped", repeat_id: row.id, assignee, at_ms: row.at_ms },
        });
    yield* db.send("UPDATE kanbun_repeats SET untold_stop_at_ms = NULL WHERE id = :id", { id: row.id });
  }
}

/** Of a row that may be why it stopped. */
function readAssignee(task: string): string | null {
  try {
    const { assignee } = JSON.parse(task) as { assignee?: unknown };
    return typeof assignee === "string" ? assignee : null;
  } catch {
    return null; // its problem says so
  }
}
