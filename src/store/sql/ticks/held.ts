import { type AdmissionRules, admit } from "../../../board/admission.ts";
import { describeRefusal } from "../../../board/refusal.ts";
import type { RunOutcome } from "../../../board/run.ts";
import type { HeldTask } from "../../outlook.ts";
import type { Connection } from "../connection.ts";
import { toPlacement } from "../rows/asks-column.ts";
import { toText, toWhole } from "../rows/odd-values.ts";
import type { TaskRow } from "../rows/task-row.ts";
import type { Steps } from "../steps.ts";
import {
  type CandidateRow,
  candidateColumns,
  fromAsking,
  fromHeldSingle,
  inOrderOfWork,
  toCandidate,
  unheldProfiles,
  withSingle,
} from "./candidates.ts";
import { listMetAsks, type MetAsks } from "./met-asks.ts";

type HeldRow = CandidateRow &
  Pick<TaskRow, "id" | "status" | "consecutive_failures" | "last_failure_error"> & {
    readonly times: number | null;
    readonly outcome: RunOutcome | null;
    readonly author: string | null;
    readonly rate_limits: number | null;
  };

const ofHeldProfile = "coalesce(t.assignee NOT IN (SELECT value FROM json_each(:profiles)), true)";
const asksElsewhere = "t.kanbun_asks NOT IN (SELECT value FROM json_each(:met))";

// Those of profiles that are given nothing now, those that ask for what this host has not, and those that are held for their own
// sake: of each the first.
const branches = [
  `FROM tasks t WHERE t.status = 'ready' AND ${ofHeldProfile}`,
  `FROM tasks t WHERE t.status = 'review' AND t.assignee IS NOT NULL AND ${ofHeldProfile}`,
  `${fromAsking} AND ${asksElsewhere} AND NOT ${ofHeldProfile}`,
  `${fromHeldSingle} AND NOT ${ofHeldProfile} AND NOT ${asksElsewhere}`,
].map(
  (from) => `SELECT * FROM (SELECT t.rowid AS position, t.priority, t.created_at ${from}
    ORDER BY ${inOrderOfWork} LIMIT :limit) b`,
);

// Put in order before anything else of them is read.
const selectHeld = `
  WITH ${withSingle}, page AS (${branches.join(" UNION ALL ")} ORDER BY priority DESC, created_at, position LIMIT :limit)
  SELECT t.id, t.status, t.consecutive_failures, t.last_failure_error, r.times, r.outcome, k.author, k.rate_limits,
    ${candidateColumns}
  FROM page CROSS JOIN tasks t ON t.rowid = page.position LEFT JOIN kanbun_tasks k ON k.task_id = t.id
  LEFT JOIN kanbun_returns r ON r.task_id = t.id
  ORDER BY ${inOrderOfWork}`;

/** The first of those that a profile may start by now, but for what holds them back; in the order of work. */
export function* listHeld(db: Connection, rules: AdmissionRules, limit: number): Steps<HeldTask[]> {
  const profiles = JSON.stringify(unheldProfiles(rules));
  const met = yield* listMetAsks(db, rules);
  const parameters = { nowMs: rules.nowMs, profiles, limit, met: JSON.stringify(met) };
  return (yield* db.all<HeldRow>(selectHeld, parameters)).flatMap((row) => toHeld(row, rules, met));
}

function toHeld(row: HeldRow, rules: AdmissionRules, met: MetAsks): HeldTask[] {
  const refusal = admit(toCandidate(row, met), rules);
  if (refusal === null) return [];
  const { id, assignee, consecutive_failures, times, outcome } = row;
  const task = {
    id: toText(id),
    status: row.status,
    oddity: row.oddity,
    assignee,
    author: row.author,
    ...toPlacement(row.asks),
    isRateLimited: (row.rate_limits ?? 0) > 0,
    consecutiveFailures: toWhole(consecutive_failures) ?? 0,
    lastFailureError: row.last_failure_error ?? null,
    returns: times === null || outcome === null ? null : { times, outcome },
  };
  const { detail } = describeRefusal(refusal.reason, task, rules);
  return [{ taskId: task.id, reason: refusal.reason, detail, untilAtMs: refusal.untilAtMs }];
}
