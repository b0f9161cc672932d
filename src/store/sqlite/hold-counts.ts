import { type AdmissionRules, admit } from "../../board/admission.ts";
import type { HoldReason } from "../../board/hold.ts";
import { type CandidateRow, candidateColumns, fromCandidates, toCandidate } from "./candidates.ts";
import type { Connection } from "./connection.ts";
import { hasNoOpenParent } from "./open-parents.ts";

// The reasons that `explainHold` gives task by task, for all that no profile may start yet.
const selectWaiting = `
  SELECT CASE t.status
    WHEN 'todo' THEN iif(${hasNoOpenParent}, 'parents_finished', 'waiting_for_parents')
    WHEN 'blocked' THEN CASE
      WHEN EXISTS (SELECT 1 FROM kanbun_questions q WHERE q.task_id = t.id AND q.closed_at_ms IS NULL) THEN 'needs_answer'
      ELSE coalesce((SELECT CASE WHEN e.kind = 'gave_up' THEN 'gave_up' WHEN NOT json_valid(e.payload) THEN NULL
          WHEN e.payload ->> '$.gave_up' THEN 'gave_up'
          WHEN e.payload ->> '$.cancelled_parent' IS NOT NULL THEN 'parent_cancelled' END
        FROM task_events e WHERE e.task_id = t.id AND e.kind IN ('blocked', 'gave_up')
        ORDER BY e.id DESC LIMIT 1), 'blocked') END
    ELSE t.status END AS reason, count(*) AS n
  FROM tasks t
  WHERE t.status IN ('triage', 'todo', 'scheduled', 'blocked') OR (t.status = 'review' AND t.assignee IS NULL)
  GROUP BY reason ORDER BY n DESC, reason`;

// Admission asks for nothing else of a task, so that tasks which are alike in this are admitted alike.
const selectCandidates = `
  SELECT assignee, iif(is_early, :nowMs + 1, NULL) AS not_before_ms, is_live, waits, count(*) AS n
  FROM (SELECT assignee, coalesce(not_before_ms > :nowMs, 0) AS is_early, is_live, waits
    FROM (SELECT ${candidateColumns} ${fromCandidates}))
  GROUP BY assignee, is_early, is_live, waits`;

/** Tasks that are neither running nor over, by the reason why; `next_tick` where there is none. */
export function countHolds(db: Connection, rules: AdmissionRules): Map<HoldReason, number> {
  const counts = new Map<HoldReason, number>();
  const add = (reason: HoldReason, n: number) => counts.set(reason, (counts.get(reason) ?? 0) + n);
  for (const row of db.all<CandidateRow & { n: number }>(selectCandidates, { nowMs: rules.nowMs }))
    add(admit(toCandidate(row), rules)?.reason ?? "next_tick", row.n);
  for (const { reason, n } of db.all<{ reason: HoldReason; n: number }>(selectWaiting)) add(reason, n);
  return counts;
}
