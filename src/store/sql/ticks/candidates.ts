import { type AdmissionRules, admit, type Candidate, freeCandidate } from "../../../board/admission.ts";
import { freeSlots, takeSlot } from "../../../board/slots.ts";
import type { ChosenTask, NextTasks } from "../../outlook.ts";
import type { Connection } from "../connection.ts";
import { isAsked } from "../rows/asks-column.ts";
import { isOdd, msMax, oddity, toDueMs } from "../rows/odd-values.ts";
import { liveRuns } from "../runs/live-runs.ts";
import { type Steps, together } from "../steps.ts";
import { hasNoOpenParent, parentIsOpen, waitsForParents } from "../tasks/open-parents.ts";
import type { MetAsks } from "./met-asks.ts";

/**
 * "May be started" as SQL, beside the pure rule (`admit`): of a task `t`, and what is kept beside it, `k`. Whatever
 * asks the database which tasks may start says it with these, and says the rest with the rule.
 */

export const hasLiveRun =
  "EXISTS (SELECT 1 FROM kanbun_runs l WHERE l.task_id = t.id AND l.gone_at_ms IS NULL)";

/** Its assignee does what comes next. What is in review and assigned to no one waits for a person. */
const isCandidate = "(t.status = 'ready' OR (t.status = 'review' AND t.assignee IS NOT NULL))";

/** SQL: the candidates `t` that ask for something, by the index of these; there may be far more of the others. */
export const fromAsking = `FROM tasks t WHERE ${isAsked("t.")} AND ${isCandidate.replaceAll("t.status", "+t.status")}`;

/** All that admission asks of a candidate, as columns. @see toCandidate */
export const candidateColumns = `t.assignee, t.kanbun_asks AS asks, k.not_before_ms,
  ${hasLiveRun} AS is_live, ${waitsForParents} AS waits, ${oddity} AS oddity`;

/** True for a candidate that neither its time, nor a parent, nor an earlier worker, nor its own row holds back at `:nowMs`. */
const isFree = isFreeBy("k.not_before_ms");

function isFreeBy(notBeforeMs: string): string {
  return `coalesce(${notBeforeMs}, 0) <= :nowMs AND NOT ${hasLiveRun}
  AND NOT ${waitsForParents} AND NOT ${isOdd("t.")}`;
}

// Beyond so many they are not looked at one by one.
const hasManyCandidates =
  "EXISTS (SELECT 1 FROM tasks WHERE status IN ('ready', 'review') LIMIT 1 OFFSET 10000)";

/**
 * A table `single(id)` of what a time, a parent, an earlier worker or its own row may hold back at `:nowMs`: found so
 * that 200,000 tasks which nothing holds are not looked at one by one, nor 100,000 that wait for one parent while few
 * are ready. Which of the two it is comes first in its join: as a condition it would be asked of each row.
 */
export const withSingle = `single(id) AS (
  SELECT task_id FROM kanbun_tasks WHERE not_before_ms > :nowMs
  UNION SELECT task_id FROM ${liveRuns} k
  UNION SELECT t.id FROM (SELECT 1 WHERE NOT ${hasManyCandidates}) few CROSS JOIN tasks t ON true
    WHERE ${isCandidate} AND NOT ${hasNoOpenParent}
  UNION SELECT l.child_id FROM (SELECT 1 WHERE ${hasManyCandidates}) many CROSS JOIN task_links l ON true
    JOIN tasks p ON p.id = l.parent_id WHERE ${parentIsOpen}
  UNION SELECT id FROM tasks WHERE ${isOdd("")})`;

/** Every candidate of that table that is held for its own sake. */
export const fromHeldSingle = `FROM single s CROSS JOIN tasks t ON t.id = s.id LEFT JOIN kanbun_tasks k ON k.task_id = t.id
  WHERE ${isCandidate} AND NOT (${isFree})`;

/** The profiles that would be given one more worker now. */
export function unheldProfiles(rules: AdmissionRules): string[] {
  return [...rules.profiles.keys()].filter((assignee) => admit(freeCandidate(assignee), rules) === null);
}

/** The order of work. */
export const inOrderOfWork = "t.priority DESC, t.created_at, t.rowid";

export interface CandidateRow {
  readonly assignee: string | null;
  readonly asks: unknown;
  readonly not_before_ms: unknown;
  readonly is_live: number;
  readonly waits: number;
  readonly oddity: string | null;
}

export function toCandidate(row: CandidateRow, met: MetAsks): Candidate {
  return {
    ...candidateOfGroup(row, met),
    waitsForParents: row.waits === 1,
    dueAtMs: toDueMs(row.not_before_ms),
    hasLiveRun: row.is_live === 1,
    oddity: row.oddity,
  };
}

/** Tasks of one assignee that ask for the same are admitted alike, but for what holds a task for its own sake. */
export function candidateOfGroup(
  { assignee, asks }: Pick<CandidateRow, "assignee" | "asks">,
  met: MetAsks,
): Candidate {
  return { ...freeCandidate(assignee), asksElsewhere: !met.some((one) => one === asks) };
}

// Each found through its own index: the ready tasks of a profile that ask for the same, and such reviews that are assigned to it. Without a
// join, so that it can only be gone through in its order, until there are enough: what PostgreSQL's planner thinks to be few it would
// join whole, and sort.
const freeOfGroup = ["ready", "review"].map(
  (status) => `tasks t WHERE t.status = '${status}' AND t.assignee = :profile AND t.kanbun_asks = :asks
    AND ${isFreeBy("(SELECT k.not_before_ms FROM kanbun_tasks k WHERE k.task_id = t.id)")}`,
);

const anyFree = freeOfGroup
  .map((from) => `SELECT * FROM (SELECT 1 FROM ${from} LIMIT 1) f`)
  .join(" UNION ALL ");

/** Whether some task waits for nothing but a slot of one of these profiles. */
export function* hasCandidates(
  db: Connection,
  profiles: readonly string[],
  { nowMs, met }: { readonly nowMs: number; readonly met: MetAsks },
): Steps<boolean> {
  const groups = profiles.flatMap((profile) => met.map((asks) => ({ profile, asks })));
  const found = yield* together(...groups.map((group) => () => db.get(anyFree, { ...group, nowMs })));
  return found.some((row) => row !== null);
}

const none: ReadonlySet<string> = new Set();

interface ChoiceRow {
  readonly assignee: string;
  readonly id: string;
  readonly title: string;
  readonly priority: number | null;
  readonly created_at: number;
  readonly position: number;
}

const firstOfGroup = freeOfGroup
  .map(
    (from) => `SELECT * FROM (SELECT t.id, t.title, t.priority, t.created_at, t.rowid AS position, t.assignee
      FROM ${from} ORDER BY ${inOrderOfWork} LIMIT :limit) f`,
  )
  .join(" UNION ALL ");

/**
 * The tasks that a tick starts, at most `max`, in the order of work across profiles; and the slots that are left.
 * @param how.skipped ids that are passed over
 */
export function* chooseNext(
  db: Connection,
  before: AdmissionRules,
  {
    max,
    met,
    skipped = none,
  }: { readonly max: number; readonly met: MetAsks; readonly skipped?: ReadonlySet<string> },
): Steps<NextTasks> {
  let { slots } = before;
  const chosen: ChosenTask[] = [];
  const limit = Math.min(max, freeSlots(slots));
  if (limit <= 0) return { chosen, slots };
  const { nowMs } = before;
  const groups = [...before.profiles.keys()].flatMap((profile) => met.map((asks) => ({ profile, asks })));
  const asked = { nowMs, limit: limit + skipped.size };
  const found = yield* together(
    ...groups.map((group) => () => db.all<ChoiceRow>(firstOfGroup, { ...group, ...asked })),
  );
  const rows = found
    .flat()
    .sort(
      (a, b) =>
        (b.priority ?? 0) - (a.priority ?? 0) || a.created_at - b.created_at || a.position - b.position,
    );
  for (const row of rows) {
    if (chosen.length >= limit) break;
    const { assignee: profile } = row;
    if (skipped.has(row.id)) continue;
    // What holds a task for its own sake the query has seen. Slots and pauses are seen here, as for everything else.
    if (admit(freeCandidate(profile), { ...before, slots }) !== null) continue;
    chosen.push({ id: row.id, title: row.title, profile });
    slots = takeSlot(slots, profile);
  }
  return { chosen, slots };
}

// In the order of the times, until one fits: a million tasks that are ready must not make each tick slower. What is
// no time, a text or one that no clock will show, is not waited for.
const nextDue = `SELECT k.not_before_ms AS at FROM kanbun_tasks k CROSS JOIN tasks t ON t.id = k.task_id
  WHERE k.not_before_ms > :nowMs AND k.not_before_ms <= ${msMax} AND (+t.status = 'scheduled' OR ${isCandidate})
    AND +t.assignee IN (SELECT value FROM json_each(:profiles))
    AND +t.kanbun_asks IN (SELECT value FROM json_each(:met)) AND NOT ${hasLiveRun} AND NOT ${waitsForParents}
  ORDER BY k.not_before_ms LIMIT 1`;

/** When the next task that one of these profiles may then start is due, after `nowMs`; null: none is. */
export function* selectNextDue(
  db: Connection,
  profiles: readonly string[],
  { nowMs, met }: { readonly nowMs: number; readonly met: MetAsks },
): Steps<number | null> {
  if (profiles.length === 0) return null;
  const given = { profiles: JSON.stringify(profiles), nowMs, met: JSON.stringify(met) };
  return (yield* db.get<{ at: number }>(nextDue, given))?.at ?? null;
}
