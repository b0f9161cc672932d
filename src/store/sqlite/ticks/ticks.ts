import type { RetryPolicy } from "../../../board/retry.ts";
import type { ClosedRun, FailedStart, StartedRun, TickPlan, TickWrites } from "../../tick.ts";
import type { Scope } from "../database/scope.ts";
import { makeDueTasks } from "../repeats/due-repeats.ts";
import { claimReady } from "../runs/claims.ts";
import { freeRuns } from "../runs/runs.ts";
import {
  markStopping,
  recordProcesses,
  recordStarted,
  releaseRuns,
  renewLeases,
} from "../runs/supervised-runs.ts";
import { pauseOverspent, recordAgents, recordUsages } from "../runs/usages.ts";
import { promoteChildren, promoteFinishedWaits } from "../tasks/links.ts";
import { forgetScratch, recordScratch } from "../tasks/scratch-folders.ts";
import { applyRunEnds } from "../verdicts/run-ends.ts";
import { fromDueScheduled } from "./tick-view.ts";

const actor = "dispatcher";

/** All that one tick writes before it spawns. */
export function applyTick(scope: Scope, plan: TickPlan): TickWrites {
  recordAgents(scope, plan.agents ?? []);
  recordUsages(scope, plan.usages ?? []);
  pauseOverspent(scope, plan);
  const { closed, promoted } = closeEnded(scope, plan);
  markStopping(scope, plan.stops, { termAtMonotonicMs: plan.monotonicMs, actor });
  recordProcesses(scope, plan.adopted, actor);
  renewLeases(scope, plan.renewals, plan.leaseMs);
  releaseRuns(scope, plan.freed);
  recordScratch(scope, plan.foundScratch);
  forgetScratch(scope, plan.removedScratch);
  return {
    closed,
    promoted: [
      ...promoted,
      ...promoteAfterVerdicts(scope, plan),
      ...promoteDue(scope),
      ...reconcile(scope, plan),
    ],
    // After what ended was closed, for that makes way for the next one; before the claims, for these are among them.
    repeats: plan.makesRepeats ? makeDueTasks(scope, actor) : [],
    claimed: plan.claims === null ? [] : claimReady(scope, plan, plan.claims, actor),
  };
}

function closeEnded(scope: Scope, plan: TickPlan) {
  const ended = applyRunEnds(
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
  return ended;
}

/** Programs that know nothing of our links finish a task by its row alone: its children go on when its worker has left. */
function promoteAfterVerdicts(scope: Scope, { freed }: TickPlan): string[] {
  const done = freed.filter((run) => run.taskStatus === "done").map((run) => run.taskId);
  return promoteChildren(scope, done, actor);
}

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
  recordAgents(
    scope,
    started.flatMap(({ claim, agent = null }) => {
      const { task, runId, token, profile } = claim;
      return agent === null ? [] : [{ run: { taskId: task.id, runId, token, profile }, agent }];
    }),
  );
  const { closed } = applyRunEnds(
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
