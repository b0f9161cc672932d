import { type AdmissionRules, admit, freeSlots, type Slots, takeSlot } from "../../board/admission.ts";
import type { Claim, ClaimPlan, TickPlan } from "../store.ts";
import type { Connection } from "./connection.ts";
import { countSlots, listPauses } from "./queries.ts";
import { type TaskRow, toTask } from "./rows.ts";
import { openRuns, type RunOpening } from "./run-openings.ts";
import type { Scope } from "./scope.ts";

type CandidateRow = TaskRow & { readonly position: number };

// A profile works on what is assigned to it, and reviews what names it as the reviewer.
const candidateConditions = [
  "t.status = 'ready' AND t.assignee = :profile",
  "t.status = 'review' AND k.reviewer = :profile",
];

// What no time and no earlier worker holds back.
const isStartable = `coalesce(k.not_before_ms, 0) <= :nowMs
  AND NOT EXISTS (SELECT 1 FROM kanbun_runs l WHERE l.task_id = t.id AND l.gone_at_ms IS NULL)`;

const candidates = candidateConditions
  .map(
    (condition) => `SELECT * FROM (SELECT t.*, k.not_before_ms, k.reviewer, t.rowid AS position
      FROM tasks t LEFT JOIN kanbun_tasks k ON k.task_id = t.id
      WHERE ${condition} AND ${isStartable}
      ORDER BY t.priority DESC, t.created_at, t.rowid LIMIT :limit)`,
  )
  .join(" UNION ALL ");

// Each found through its own index: of the ready tasks of a profile, and of the reviews that wait for it.
const anyCandidate = `
  SELECT 1 FROM json_each(:profiles) p CROSS JOIN tasks t LEFT JOIN kanbun_tasks k ON k.task_id = t.id
    WHERE t.status = 'ready' AND t.assignee = p.value AND ${isStartable}
  UNION ALL
  SELECT 1 FROM json_each(:profiles) p CROSS JOIN kanbun_tasks k CROSS JOIN tasks t
    WHERE k.reviewer = p.value AND t.id = k.task_id AND +t.status = 'review' AND ${isStartable}
  LIMIT 1`;

/** Whether any task waits for nothing but a slot of one of these profiles. */
export function hasCandidates(db: Connection, profiles: readonly string[], nowMs: number): boolean {
  if (profiles.length === 0) return false;
  return db.get(anyCandidate, { profiles: JSON.stringify(profiles), nowMs }) !== null;
}

/** Claims what may start, in the order of work across profiles, until the slots are used up. */
export function claimReady(
  scope: Scope,
  plan: Pick<TickPlan, "policies" | "monotonicMs" | "leaseMs">,
  claims: ClaimPlan,
  actor: string,
): Claim[] {
  const pauses = listPauses(scope.db);
  let slots = readSlots(scope.db, claims);
  const rules = (): AdmissionRules => ({ nowMs: scope.nowMs, profiles: plan.policies, pauses, slots });
  const limit = Math.min(claims.max, freeSlots(slots));
  if (limit <= 0) return [];

  const openings: RunOpening[] = [];
  for (const { profile, row } of listCandidates(scope, [...plan.policies.keys()], limit)) {
    if (openings.length >= limit) break;
    const task = toTask(row);
    // A candidate is admitted like everything else: the query above only saves looking at what time holds back.
    if (admit({ assignee: profile, notBeforeMs: task.notBeforeMs, hasLiveRun: false }, rules()) !== null)
      continue;
    const policy = plan.policies.get(profile);
    openings.push({
      task,
      profile,
      graceMs: policy?.graceMs ?? 0,
      maxRuntimeMs: task.maxRuntimeMs ?? policy?.maxRuntimeMs ?? null,
    });
    slots = takeSlot(slots, profile);
  }
  const { host } = claims;
  const { monotonicMs, leaseMs } = plan;
  return openRuns(scope, openings, { holder: "worker", host, monotonicMs, leaseMs, actor });
}

function listCandidates({ db, nowMs }: Scope, profiles: readonly string[], limit: number) {
  return profiles
    .flatMap((profile) =>
      db.all<CandidateRow>(candidates, { profile, nowMs, limit }).map((row) => ({ profile, row })),
    )
    .sort((a, b) => inOrderOfWork(a.row, b.row));
}

function inOrderOfWork(a: CandidateRow, b: CandidateRow): number {
  return (b.priority ?? 0) - (a.priority ?? 0) || a.created_at - b.created_at || a.position - b.position;
}

function readSlots(db: Connection, claims: ClaimPlan): Slots {
  const used = countSlots(db, claims.host.host);
  return {
    homeUsed: used.board + claims.usedElsewhere,
    homeMax: claims.homeMax,
    boardUsed: used.board,
    boardMax: claims.boardMax,
    profileUsed: used.byProfile,
  };
}
