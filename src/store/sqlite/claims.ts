import { type AdmissionRules, admit, freeSlots, type Slots, takeSlot } from "../../board/admission.ts";
import type { Claim, ClaimPlan, TickPlan } from "../tick.ts";
import { isStartable } from "./candidates.ts";
import type { Connection } from "./connection.ts";
import { listPauses } from "./pauses.ts";
import { type TaskRow, taskColumns, toTask } from "./rows.ts";
import { openRuns, type RunOpening } from "./run-openings.ts";
import type { Scope } from "./scope.ts";
import { countSlots } from "./slots.ts";

type CandidateRow = TaskRow & { readonly position: number };

// A profile does what is assigned to it: work that is ready, and reviews. Each has an index of its own.
const candidates = ["ready", "review"]
  .map(
    (status) => `SELECT * FROM (SELECT ${taskColumns}, t.rowid AS position
      FROM tasks t LEFT JOIN kanbun_tasks k ON k.task_id = t.id
      WHERE t.status = '${status}' AND t.assignee = :profile AND ${isStartable}
      ORDER BY t.priority DESC, t.created_at, t.rowid LIMIT :limit)`,
  )
  .join(" UNION ALL ");

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
