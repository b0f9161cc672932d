import { type AdmissionRules, admit } from "../../board/admission.ts";
import { describeRefusal } from "../../board/refusal.ts";
import type { RunOutcome } from "../../board/run.ts";
import type { HeldTask } from "../store.ts";
import type { Connection } from "./connection.ts";
import type { TaskRow } from "./rows.ts";

type HeldRow = Pick<
  TaskRow,
  "id" | "assignee" | "consecutive_failures" | "last_failure_error" | "not_before_ms"
> & { readonly is_live: number; readonly times: number | null; readonly outcome: RunOutcome | null };

// Put in order by what the indexes hold; only the rows of the page that is asked for are then read.
const selectPage = `
  WITH page AS (
    SELECT rowid AS position, priority, created_at FROM tasks WHERE status = 'ready'
    UNION ALL
    SELECT rowid, priority, created_at FROM tasks WHERE status = 'review' AND assignee IS NOT NULL
    ORDER BY priority DESC, created_at, position LIMIT :limit OFFSET :offset)
  SELECT t.id, t.assignee, t.consecutive_failures, t.last_failure_error, k.not_before_ms, r.times, r.outcome,
    EXISTS (SELECT 1 FROM kanbun_runs l WHERE l.task_id = t.id AND l.gone_at_ms IS NULL) AS is_live
  FROM page CROSS JOIN tasks t ON t.rowid = page.position LEFT JOIN kanbun_tasks k ON k.task_id = t.id
  LEFT JOIN kanbun_returns r ON r.task_id = t.id
  ORDER BY page.priority DESC, page.created_at, page.position`;

const pageRowsMin = 100;

/** The first of those that a profile may start by now, but for what holds them back; in the order of work. */
export function listHeld(db: Connection, rules: AdmissionRules, limit: number): HeldTask[] {
  const held: HeldTask[] = [];
  const pageRows = Math.max(limit, pageRowsMin);
  // In pages: those that nothing holds must not use up the limit, nor a hundred thousand rows the memory.
  for (let offset = 0; held.length < limit; offset += pageRows) {
    const rows = db.all<HeldRow>(selectPage, { limit: pageRows, offset });
    held.push(...rows.flatMap((row) => toHeld(row, rules)));
    if (rows.length < pageRows) break;
  }
  return held.slice(0, limit);
}

function toHeld(row: HeldRow, rules: AdmissionRules): HeldTask[] {
  const { id, assignee, consecutive_failures, times, outcome } = row;
  const refusal = admit({ assignee, notBeforeMs: row.not_before_ms, hasLiveRun: row.is_live === 1 }, rules);
  if (refusal === null) return [];
  const task = {
    id,
    assignee,
    consecutiveFailures: consecutive_failures ?? 0,
    lastFailureError: row.last_failure_error ?? null,
    returns: times === null || outcome === null ? null : { times, outcome },
  };
  const { detail } = describeRefusal(refusal.reason, task, rules);
  return [{ taskId: id, reason: refusal.reason, detail, untilMs: refusal.untilMs }];
}
