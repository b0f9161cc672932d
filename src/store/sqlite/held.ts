import { type AdmissionRules, admit, nextPerformer } from "../../board/admission.ts";
import { describeRefusal } from "../../board/refusal.ts";
import type { HeldTask } from "../store.ts";
import type { Connection } from "./connection.ts";
import type { TaskRow } from "./rows.ts";

type HeldRow = Pick<
  TaskRow,
  "id" | "status" | "assignee" | "consecutive_failures" | "not_before_ms" | "reviewer"
> & { readonly is_live: number };

export function listHeld(db: Connection, rules: AdmissionRules, limit: number): HeldTask[] {
  const held: HeldTask[] = [];
  // In pages: those that nothing holds must not use up the limit, nor a hundred thousand rows the memory.
  for (let offset = 0; held.length < limit; offset += heldPageRows) {
    const rows = listReady(db, offset);
    held.push(...rows.flatMap((row) => toHeld(row, rules)));
    if (rows.length < heldPageRows) break;
  }
  return held.slice(0, limit);
}

const heldPageRows = 1_000;

function listReady(db: Connection, offset: number): HeldRow[] {
  // No more than is asked for below: thousands are sorted, and a body may be of any length.
  return db.all<HeldRow>(
    `SELECT t.id, t.status, t.assignee, t.consecutive_failures, k.not_before_ms, k.reviewer,
       EXISTS (SELECT 1 FROM kanbun_runs l WHERE l.task_id = t.id AND l.gone_at_ms IS NULL) AS is_live
     FROM tasks t LEFT JOIN kanbun_tasks k ON k.task_id = t.id
     WHERE t.status = 'ready' OR (t.status = 'review' AND k.reviewer IS NOT NULL) ORDER BY t.priority DESC, t.created_at, t.rowid LIMIT :limit OFFSET :offset`,
    { limit: heldPageRows, offset },
  );
}

function toHeld(row: HeldRow, rules: AdmissionRules): HeldTask[] {
  const assignee = nextPerformer(row);
  const refusal = admit({ assignee, notBeforeMs: row.not_before_ms, hasLiveRun: row.is_live === 1 }, rules);
  if (refusal === null) return [];
  const { id, consecutive_failures } = row;
  const task = { id, assignee, consecutiveFailures: consecutive_failures ?? 0 };
  const { detail } = describeRefusal(refusal.reason, task, rules);
  return [{ taskId: id, reason: refusal.reason, detail, untilMs: refusal.untilMs }];
}
