import { type AdmissionRules, admit } from "../../../board/admission.ts";
import type { HoldReason } from "../../../board/hold.ts";
import { taskStatuses } from "../../../board/task.ts";
import type { Connection } from "../connection.ts";
import { isOdd } from "../rows/odd-values.ts";
import type { Steps } from "../steps.ts";
import { hasNoOpenParent } from "../tasks/open-parents.ts";
import {
  type CandidateRow,
  candidateColumns,
  candidateOfGroup,
  fromAsking,
  fromHeldSingle,
  toCandidate,
  withSingle,
} from "./candidates.ts";
import { listMetAsks } from "./met-asks.ts";

// The reasons that `explainHold` gives task by task, for all that no profile may start yet.
const selectWaiting = `
  SELECT CASE t.status
    WHEN 'todo' THEN CASE WHEN ${hasNoOpenParent} THEN 'parents_finished' ELSE 'waiting_for_parents' END
    WHEN 'blocked' THEN CASE
      WHEN EXISTS (SELECT 1 FROM kanbun_questions q WHERE q.task_id = t.id AND q.closed_at_ms IS NULL) THEN 'needs_answer'
      ELSE coalesce((SELECT CASE WHEN e.kind = 'gave_up' THEN 'gave_up' WHEN NOT json_valid(e.payload) THEN NULL
          WHEN json_extract(e.payload, '$.gave_up') IS NOT NULL THEN 'gave_up'
          WHEN EXISTS (SELECT 1 FROM tasks p WHERE p.id = json_extract(e.payload, '$.cancelled_parent') AND p.status = 'archived')
            THEN 'parent_cancelled' END
        FROM task_events e WHERE e.task_id = t.id AND e.kind IN ('blocked', 'gave_up')
        ORDER BY e.id DESC LIMIT 1), 'blocked') END
    ELSE t.status END AS reason, count(*) AS n
  FROM tasks t
  WHERE t.status IN ('triage', 'todo', 'scheduled', 'blocked') OR (t.status = 'review' AND t.assignee IS NULL)
  GROUP BY reason ORDER BY n DESC, reason`;

// From the indexes alone, for all that is said of a profile and of what is asked for holds for all such tasks; but for those that are
// held for their own sake. Admission asks for nothing else of a task, so that tasks which are alike in this are admitted alike.
const selectTotals = `
  SELECT assignee, count(*) AS n FROM tasks WHERE status = 'ready' GROUP BY assignee
  UNION ALL
  SELECT assignee, count(*) FROM tasks WHERE status = 'review' AND assignee IS NOT NULL GROUP BY assignee`;
const selectAsking = `SELECT t.kanbun_asks AS asks, t.assignee, count(*) AS n
  ${fromAsking} GROUP BY t.kanbun_asks, t.status, t.assignee`;
const selectSingle = `
  WITH ${withSingle}
  SELECT assignee, asks, CASE WHEN is_early THEN :nowMs + 1 END AS not_before_ms, is_live, waits, oddity, count(*) AS n
  FROM (SELECT assignee, asks, coalesce(not_before_ms > :nowMs, false) AS is_early, is_live, waits, substr(oddity, 1, 1) AS oddity
    FROM (SELECT ${candidateColumns} ${fromHeldSingle}) c) s
  GROUP BY assignee, asks, is_early, is_live, waits, oddity`;
const selectUnknownStatus = `
  SELECT 'odd_row' AS reason, count(*) AS n FROM tasks t
  WHERE ${isOdd("t.")} AND t.status NOT IN (SELECT value FROM json_each(:statuses)) HAVING count(*) > 0`;

/** Tasks that are neither running nor over, by the reason why; `next_tick` where there is none. */
export function* countHolds(db: Connection, rules: AdmissionRules): Steps<Map<HoldReason, number>> {
  const counts = new Map<HoldReason, number>();
  const add = (reason: HoldReason, n: number) => counts.set(reason, (counts.get(reason) ?? 0) + n);
  const met = yield* listMetAsks(db, rules);
  const single = yield* db.all<CandidateRow & { n: number }>(selectSingle, { nowMs: rules.nowMs });
  for (const row of single) add(admit(toCandidate(row, met), rules)?.reason ?? "next_tick", row.n);
  type Group = Pick<CandidateRow, "assignee" | "asks"> & { readonly n: number };
  const totals = yield* db.all<Omit<Group, "asks">>(selectTotals);
  const asking = yield* db.all<Group>(selectAsking);
  const all = totals.map((group): Group => ({ ...group, asks: "" }));
  // The singles are among those that ask for something or for nothing, and all of these among the totals.
  const fewer = [...asking.map((group) => ({ ...group, asks: "" })), ...single];
  for (const group of [...all, ...asking, ...fewer.map((one) => ({ ...one, n: -one.n }))])
    add(admit(candidateOfGroup(group, met), rules)?.reason ?? "next_tick", group.n);
  for (const { reason, n } of yield* db.all<{ reason: HoldReason; n: number }>(selectWaiting)) add(reason, n);
  const statuses = JSON.stringify(taskStatuses);
  for (const { reason, n } of yield* db.all<{ reason: HoldReason; n: number }>(selectUnknownStatus, {
    statuses,
  }))
    add(reason, n);
  for (const [reason, n] of counts) if (n === 0) counts.delete(reason);
  return counts;
}
