import { type AdmissionRules, admit, freeSlots, type Slots, takeSlot } from "../../board/admission.ts";
import type { LiveRun } from "../../board/claim.ts";
import type { RetryPolicy } from "../../board/retry.ts";
import type {
  Claim,
  ClaimPlan,
  ClosedRun,
  FailedStart,
  StartedRun,
  TickPlan,
  TickView,
  TickWrites,
} from "../store.ts";
import type { Connection } from "./connection.ts";
import { hasNoOpenParent, promoteFinishedWaits } from "./links.ts";
import { listLiveRuns } from "./live-runs.ts";
import { countSlots, listPauses } from "./queries.ts";
import { type TaskRow, toSeconds, toTask } from "./rows.ts";
import { freeRun, openRun } from "./runs.ts";
import { appendEvent, type Scope } from "./scope.ts";
import { settleEnding } from "./settle.ts";

const dispatcherActor = "dispatcher";

/** Reads only: an idle tick ends here. */
export function viewTick(
  db: Connection,
  at: { nowMs: number; reconcile: boolean; profiles: readonly string[] },
): TickView {
  const due = db.get(`SELECT 1 ${fromDueScheduled} LIMIT 1`, { nowMs: at.nowMs });
  const stranded =
    at.reconcile && db.get(`SELECT 1 FROM tasks t WHERE t.status = 'todo' AND ${hasNoOpenParent} LIMIT 1`);
  return {
    live: listLiveRuns(db),
    hasPromotions: Boolean(due || stranded),
    hasCandidates: at.profiles.some(
      (profile) => listCandidates(db, { profile, nowMs: at.nowMs, limit: 1 }).length > 0,
    ),
    pauses: listPauses(db),
  };
}

/** All that one tick writes before it spawns. */
export function applyTick(scope: Scope, plan: TickPlan): TickWrites {
  const { closed, promoted } = closeEnded(scope, plan);
  for (const { run, reason } of plan.stops) markStopping(scope, run, reason, plan.monotonicMs);
  for (const { run, process } of plan.adopted) recordProcess(scope, run, process);
  for (const run of plan.renewals) renewLease(scope, run, plan.leaseMs);
  for (const run of plan.freed) release(scope, run);
  promoted.push(...promoteDue(scope));
  if (plan.reconcile)
    promoted.push(...promoteFinishedWaits(scope, { candidates: "all", actor: dispatcherActor }));
  const claimed = plan.claims === null ? [] : claimReady(scope, plan, plan.claims);
  return { closed, promoted, claimed };
}

function closeEnded(scope: Scope, plan: TickPlan): { closed: ClosedRun[]; promoted: string[] } {
  const closed: ClosedRun[] = [];
  const promoted: string[] = [];
  for (const { run, ending, treeGone } of plan.closings) {
    const policy = retryPolicyOf(run.profile, plan);
    const settled = settleEnding(scope, run, ending, {
      policy,
      random: plan.random(),
      actor: dispatcherActor,
    });
    if (settled) {
      closed.push(settled);
      promoted.push(...settled.promoted);
    }
    if (treeGone) freeRun(scope, run.runId);
    else markStopping(scope, run, "leave", null);
  }
  return { closed, promoted };
}

function retryPolicyOf(
  profile: string | null,
  plan: Pick<TickPlan, "policies" | "defaultRetry">,
): RetryPolicy {
  return (profile === null ? undefined : plan.policies.get(profile)?.retry) ?? plan.defaultRetry;
}

function markStopping(scope: Scope, run: LiveRun, reason: string, termAtMonotonicMs: number | null): void {
  const changed = scope.db.run(
    `UPDATE kanbun_runs SET stop_reason = coalesce(stop_reason, :reason), term_at_monotonic_ms = :termAt
     WHERE run_id = :runId AND gone_at_ms IS NULL AND term_at_monotonic_ms IS NULL`,
    { runId: run.runId, reason, termAt: termAtMonotonicMs === null ? null : Math.round(termAtMonotonicMs) },
  );
  // Seen open, but its verdict may have come since: `stop_requested` after `completed` would tell the story backwards.
  if (changed === 1 && run.isOpen && run.stop === null && isStillOpen(scope, run.runId))
    appendEvent(scope, {
      taskId: run.taskId,
      runId: run.runId,
      kind: "stop_requested",
      actor: dispatcherActor,
      payload: { reason },
    });
}

function isStillOpen(scope: Scope, runId: number): boolean {
  return scope.db.get("SELECT 1 FROM task_runs WHERE id = :runId AND ended_at IS NULL", { runId }) !== null;
}

function renewLease(scope: Scope, run: LiveRun, leaseMs: number): void {
  const expires = toSeconds(scope.nowMs + leaseMs);
  scope.db.run(`UPDATE task_runs SET claim_expires = :expires WHERE id = :runId AND ended_at IS NULL`, {
    runId: run.runId,
    expires,
  });
  scope.db.run("UPDATE tasks SET claim_expires = :expires WHERE id = :taskId AND current_run_id = :runId", {
    taskId: run.taskId,
    runId: run.runId,
    expires,
  });
}

/** A settled run whose processes are gone. If a foreign program took its task away, its end is recorded now. */
function release(scope: Scope, run: LiveRun): void {
  scope.db.run(
    `UPDATE task_runs SET status = 'reclaimed', outcome = 'reclaimed', ended_at = :nowS, claim_lock = NULL,
       claim_expires = NULL, worker_pid = NULL WHERE id = :runId AND ended_at IS NULL`,
    { runId: run.runId, nowS: scope.nowS },
  );
  freeRun(scope, run.runId);
}

const fromDueScheduled = `FROM kanbun_tasks k JOIN tasks t ON t.id = k.task_id
  WHERE k.not_before_ms <= :nowMs AND t.status = 'scheduled'`;

/** A scheduled task whose time has come waits for nothing but its parents. */
function promoteDue(scope: Scope): string[] {
  const due = scope.db.all<{ id: string }>(`SELECT t.id ${fromDueScheduled}`, { nowMs: scope.nowMs });
  if (due.length === 0) return [];
  for (const { id } of due) {
    scope.db.run("UPDATE tasks SET status = 'todo' WHERE id = :id AND status = 'scheduled'", { id });
    scope.db.run("UPDATE kanbun_tasks SET not_before_ms = NULL WHERE task_id = :id", { id });
  }
  return promoteFinishedWaits(scope, { candidates: due.map((task) => task.id), actor: dispatcherActor });
}

type CandidateRow = TaskRow & { readonly position: number };

// A profile works on what is assigned to it, and reviews what names it as the reviewer.
const candidateConditions = [
  "t.status = 'ready' AND t.assignee = :profile",
  "t.status = 'review' AND k.reviewer = :profile",
];

/** Tasks that wait for one profile and that no time and no earlier worker holds back, in the order of work. */
function listCandidates(
  db: Connection,
  { profile, nowMs, limit }: { profile: string; nowMs: number; limit: number },
): CandidateRow[] {
  return candidateConditions.flatMap((condition) =>
    db.all<CandidateRow>(
      `SELECT t.*, k.not_before_ms, k.reviewer, t.rowid AS position
       FROM tasks t LEFT JOIN kanbun_tasks k ON k.task_id = t.id
       WHERE ${condition} AND coalesce(k.not_before_ms, 0) <= :nowMs
         AND NOT EXISTS (SELECT 1 FROM kanbun_runs l WHERE l.task_id = t.id AND l.gone_at_ms IS NULL)
       ORDER BY t.priority DESC, t.created_at, t.rowid LIMIT :limit`,
      { profile, nowMs, limit },
    ),
  );
}

function inOrderOfWork(a: CandidateRow, b: CandidateRow): number {
  return (b.priority ?? 0) - (a.priority ?? 0) || a.created_at - b.created_at || a.position - b.position;
}

function claimReady(scope: Scope, plan: TickPlan, claims: ClaimPlan): Claim[] {
  let slots = readSlots(scope.db, claims);
  const rules = (): AdmissionRules => ({ nowMs: scope.nowMs, profiles: plan.policies, pauses, slots });
  const pauses = listPauses(scope.db);
  const limit = Math.min(claims.max, freeSlots(slots));
  if (limit <= 0) return [];

  const candidates = [...plan.policies.values()]
    .flatMap((policy) =>
      listCandidates(scope.db, { profile: policy.name, nowMs: scope.nowMs, limit }).map((row) => ({
        ...row,
        policy,
      })),
    )
    .sort(inOrderOfWork);
  const claimed: Claim[] = [];
  for (const { policy, ...row } of candidates) {
    if (claimed.length >= limit) break;
    const task = toTask(row);
    // A candidate is admitted like everything else: the query above only saves looking at what time holds back.
    if (admit({ assignee: policy.name, notBeforeMs: task.notBeforeMs, hasLiveRun: false }, rules()) !== null)
      continue;
    const claim = openRun(scope, task, {
      holder: "worker",
      profile: policy.name,
      host: claims.host,
      monotonicMs: plan.monotonicMs,
      leaseMs: plan.leaseMs,
      graceMs: policy.graceMs,
      maxRuntimeMs: task.maxRuntimeMs ?? policy.maxRuntimeMs,
      actor: dispatcherActor,
    });
    if (claim === null) continue;
    claimed.push(claim);
    slots = takeSlot(slots, policy.name);
  }
  return claimed;
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

/** Who was started, and who could not be. A worker that was faster than this is not written over. */
export function recordStarts(
  scope: Scope,
  { started, failed }: { started: readonly StartedRun[]; failed: readonly FailedStart[] },
  plan: Pick<TickPlan, "random" | "policies" | "defaultRetry">,
): ClosedRun[] {
  for (const start of started) recordStart(scope, start);
  const closed: ClosedRun[] = [];
  for (const { claim, ending } of failed) {
    const { profile, runId } = claim;
    const run = { taskId: claim.task.id, runId, profile };
    const policy = retryPolicyOf(profile, plan);
    const settled = settleEnding(scope, run, ending, {
      policy,
      random: plan.random(),
      actor: dispatcherActor,
    });
    if (settled) closed.push(settled);
    freeRun(scope, claim.runId);
  }
  return closed;
}

function recordStart(scope: Scope, { claim, process, pid, scratchPath }: StartedRun): void {
  const { runId, token } = claim;
  scope.db.run(
    "UPDATE kanbun_runs SET scratch_path = :scratchPath WHERE run_id = :runId AND token = :token",
    {
      runId,
      token,
      scratchPath,
    },
  );
  recordProcess(scope, { taskId: claim.task.id, runId, token }, process ?? { pid, startTime: null });
}

function recordProcess(
  scope: Scope,
  { taskId, runId, token }: { readonly taskId: string; readonly runId: number; readonly token: string },
  { pid, startTime }: { readonly pid: number; readonly startTime: string | null },
): void {
  const ours = "EXISTS (SELECT 1 FROM kanbun_runs k WHERE k.run_id = :runId AND k.token = :token)";
  scope.db.run(
    `UPDATE kanbun_runs SET pid = CASE WHEN :startTime IS NULL THEN NULL ELSE :pid END, start_time = :startTime
     WHERE run_id = :runId AND token = :token AND pid IS NULL`,
    { runId, token, pid, startTime },
  );
  // Of the dispatcher that spawned it and one that adopted it meanwhile, the first to say so tells the story.
  const isFirst = scope.db.run(
    `UPDATE task_runs SET worker_pid = :pid WHERE id = :runId AND ended_at IS NULL AND worker_pid IS NULL
       AND ${ours}`,
    { runId, token, pid },
  );
  scope.db.run(
    `UPDATE tasks SET worker_pid = :pid WHERE id = :taskId AND current_run_id = :runId AND ${ours}`,
    {
      taskId,
      runId,
      token,
      pid,
    },
  );
  // A worker that has given its verdict already: `spawned` after `completed` would tell the story backwards.
  if (isFirst === 1)
    appendEvent(scope, { taskId, runId, kind: "spawned", actor: dispatcherActor, payload: { pid } });
}
