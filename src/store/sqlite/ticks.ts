import { admit, type Pause } from "../../board/admission.ts";
import type { RetryPolicy } from "../../board/retry.ts";
import type {
  BoardStore,
  ClosedRun,
  FailedStart,
  StartedRun,
  TickPlan,
  TickView,
  TickWrites,
} from "../store.ts";
import { claimReady, hasCandidates } from "./claims.ts";
import type { Connection } from "./connection.ts";
import { hasNoOpenParent, promoteChildren, promoteFinishedWaits } from "./links.ts";
import { listLiveRuns } from "./live-runs.ts";
import { listPauses } from "./queries.ts";
import { freeRuns } from "./runs.ts";
import type { Scope } from "./scope.ts";
import { forgetScratch } from "./scratch-folders.ts";
import { settleEndings } from "./settle.ts";
import { markStopping, recordProcesses, recordStarted, releaseRuns, renewLeases } from "./supervised-runs.ts";

const actor = "dispatcher";

type ViewOptions = Parameters<BoardStore["viewTick"]>[0];

/** Reads only: an idle tick ends here. */
export function viewTick(db: Connection, at: ViewOptions): TickView {
  const live = listLiveRuns(db);
  const pauses = listPauses(db);
  const { nowMs } = at;
  const waits = db.get<{ has_due: number; next_due_ms: number | null }>(
    `SELECT EXISTS (SELECT 1 ${fromDueScheduled}) AS has_due,
       (SELECT min(not_before_ms) FROM kanbun_tasks WHERE not_before_ms > :nowMs) AS next_due_ms`,
    { nowMs },
  );
  const pauseEnds = pauses.map(({ untilMs }) => untilMs).filter((ms) => ms !== null && ms > nowMs);
  const dues = [waits?.next_due_ms ?? null, ...pauseEnds].filter((ms) => ms !== null);
  return {
    live,
    hasPromotions: waits?.has_due === 1 || (at.reconcile && hasStranded(db)),
    hasCandidates: hasCandidates(db, openProfiles(live, pauses, at), nowMs),
    nextDueMs: dues.length === 0 ? null : Math.min(...dues),
  };
}

function hasStranded(db: Connection): boolean {
  return db.get(`SELECT 1 FROM tasks t WHERE t.status = 'todo' AND ${hasNoOpenParent} LIMIT 1`) !== null;
}

/** The profiles that would be given one more worker if this board were the only one. */
function openProfiles(live: TickView["live"], pauses: readonly Pause[], at: ViewOptions): string[] {
  const { nowMs, profiles, homeMax, boardMax } = at;
  const workers = live.filter((run) => run.holder === "worker" && run.host === at.host);
  const profileUsed = new Map<string, number>();
  for (const { profile } of workers)
    profileUsed.set(profile ?? "", (profileUsed.get(profile ?? "") ?? 0) + 1);
  const slots = { homeUsed: workers.length, homeMax, boardUsed: workers.length, boardMax, profileUsed };
  const rules = { nowMs, profiles, pauses, slots };
  return [...profiles.keys()].filter(
    (assignee) => admit({ assignee, notBeforeMs: null, hasLiveRun: false }, rules) === null,
  );
}

/** All that one tick writes before it spawns. */
export function applyTick(scope: Scope, plan: TickPlan): TickWrites {
  const { closed, promoted } = closeEnded(scope, plan);
  markStopping(scope, plan.stops, { termAtMonotonicMs: plan.monotonicMs, actor });
  recordProcesses(scope, plan.adopted, actor);
  renewLeases(scope, plan.renewals, plan.leaseMs);
  releaseRuns(scope, plan.freed);
  forgetScratch(scope, plan.removedScratch);
  return {
    closed,
    promoted: [
      ...promoted,
      ...promoteAfterVerdicts(scope, plan),
      ...promoteDue(scope),
      ...reconcile(scope, plan),
    ],
    claimed: plan.claims === null ? [] : claimReady(scope, plan, plan.claims, actor),
  };
}

function closeEnded(scope: Scope, plan: TickPlan) {
  const settled = settleEndings(
    scope,
    plan.closings.map(({ run, ending }) => ({
      run,
      ending,
      policy: retryPolicyOf(run.profile, plan),
      random: plan.random(),
    })),
    actor,
  );
  const [gone, leaving] = [true, false].map((treeGone) =>
    plan.closings.filter((closing) => closing.treeGone === treeGone).map(({ run }) => run),
  );
  freeRuns(
    scope,
    (gone ?? []).map((run) => run.runId),
  );
  const stops = (leaving ?? []).map((run) => ({ run, reason: "leave" as const }));
  markStopping(scope, stops, { termAtMonotonicMs: null, actor });
  return settled;
}

/** Programs that know nothing of our links finish a task by its row alone: its children go on when its worker has left. */
function promoteAfterVerdicts(scope: Scope, { freed }: TickPlan): string[] {
  const done = freed.filter((run) => run.taskStatus === "done").map((run) => run.taskId);
  return promoteChildren(scope, done, actor);
}

const fromDueScheduled = `FROM kanbun_tasks k CROSS JOIN tasks t ON t.id = k.task_id
  WHERE k.not_before_ms <= :nowMs AND +t.status = 'scheduled'`;

/** A scheduled task whose time has come waits for nothing but its parents. */
function promoteDue(scope: Scope): string[] {
  const due = scope.db.all<{ id: string }>(`SELECT t.id ${fromDueScheduled}`, { nowMs: scope.nowMs });
  if (due.length === 0) return [];
  const candidates = due.map((task) => task.id);
  const ids = JSON.stringify(candidates);
  scope.db.run("UPDATE tasks SET status = 'todo' WHERE id IN (SELECT value FROM json_each(:ids))", { ids });
  scope.db.run(
    "UPDATE kanbun_tasks SET not_before_ms = NULL WHERE task_id IN (SELECT value FROM json_each(:ids))",
    { ids },
  );
  return promoteFinishedWaits(scope, { candidates, actor });
}

function reconcile(scope: Scope, plan: TickPlan): string[] {
  return plan.reconcile ? promoteFinishedWaits(scope, { candidates: "all", actor }) : [];
}

/** Who was started, and who could not be. */
export function recordStarts(
  scope: Scope,
  { started, failed }: { started: readonly StartedRun[]; failed: readonly FailedStart[] },
  plan: Pick<TickPlan, "random" | "policies" | "defaultRetry">,
): readonly ClosedRun[] {
  recordStarted(scope, started, actor);
  const { closed } = settleEndings(
    scope,
    failed.map(({ claim: { task, runId, profile }, ending }) => ({
      run: { taskId: task.id, runId, profile },
      ending,
      policy: retryPolicyOf(profile, plan),
      random: plan.random(),
    })),
    actor,
  );
  freeRuns(
    scope,
    failed.map(({ claim }) => claim.runId),
  );
  return closed;
}

function retryPolicyOf(
  profile: string | null,
  plan: Pick<TickPlan, "policies" | "defaultRetry">,
): RetryPolicy {
  return (profile === null ? undefined : plan.policies.get(profile)?.retry) ?? plan.defaultRetry;
}
