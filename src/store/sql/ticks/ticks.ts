import type { RetryPolicy } from "../../../board/retry-policy.ts";
import type { Claim, ClosedRun, FailedStart, Refusal, StartedRun, TickPlan, TickWrites } from "../../tick.ts";
import { apart, ofRun, ofTask } from "../apart.ts";
import { makeDueTasks } from "../repeats/due-repeats.ts";
import { claimReady, getClaimRules } from "../runs/claims.ts";
import { recordRunLogs } from "../runs/run-logs.ts";
import { freeRuns } from "../runs/runs.ts";
import {
  markStopping,
  recordProcesses,
  recordStarted,
  releaseRuns,
  renewLeases,
} from "../runs/supervised-runs.ts";
import { pauseOverspent, recordAgents, recordUsages } from "../runs/usages.ts";
import type { Scope } from "../scope.ts";
import { type Steps, together } from "../steps.ts";
import { promoteChildren, promoteFinishedWaits } from "../tasks/links.ts";
import { forgetScratch, recordScratch } from "../tasks/scratch-folders.ts";
import { applyRunEnds } from "../verdicts/run-ends.ts";
import { partOf, runsOf } from "./plan-parts.ts";
import { fromDueScheduled } from "./tick-view.ts";

const actor = "dispatcher";

/** All that one tick writes before it spawns; and whether it may have left something that another host can start. */
export function* applyTick(
  scope: Scope,
  plan: TickPlan,
): Steps<{ readonly writes: TickWrites; readonly leavesWork: boolean }> {
  const ended = yield* apart(scope, runsOf(plan), {
    steps: (runs) => writeRuns(scope, partOf(plan, runs)),
    of: ofRun,
  });
  const [afterVerdicts, due, rules] = yield* together(
    () => promoteAfterVerdicts(scope, plan),
    () => promoteDue(scope),
    () => getClaimRules(scope, plan),
  );
  const stranded = yield* reconcile(scope, plan);
  // After what ended was closed, for that makes way for the next one; before the claims, for these are among them.
  const repeats = plan.makesRepeats ? yield* makeDueTasks(scope, actor) : [];
  // What was made since may ask for what no task asked for.
  const current = repeats.length > 0 ? yield* getClaimRules(scope, plan) : rules;
  const closed = ended.flatMap((one) => one.closed);
  const promoted = ended.flatMap((one) => one.promoted);
  const all = [...promoted, ...afterVerdicts, ...due, ...stranded];
  const { claimed, isLimited } =
    current === null ? nothingClaimed : yield* claimReady(scope, plan, { rules: current, actor });
  return {
    writes: { closed, promoted: all, repeats, claimed, refused: eachOnce(scope.refusals) },
    // What ended left a slot that a cap over all hosts may have kept from them.
    leavesWork: isLimited || closed.length + all.length + repeats.length + plan.freed.length > 0,
  };
}

/** A child may be refused as one of its parent that ended, and as one that waits for nothing. */
function eachOnce(refused: readonly Refusal[]): readonly Refusal[] {
  return [...new Map(refused.map((one) => [one.what, one])).values()];
}

/** What becomes of runs, before anything else starts. */
function* writeRuns(scope: Scope, plan: TickPlan): Steps<[Pick<TickWrites, "closed" | "promoted">]> {
  yield* recordAgents(scope, plan.agents ?? []);
  yield* recordUsages(scope, plan.usages ?? []);
  yield* recordRunLogs(scope, plan.logs ?? []);
  yield* pauseOverspent(scope, plan);
  const ended = yield* closeEnded(scope, plan);
  yield* markStopping(scope, plan.stops, { termAtMonotonicMs: plan.monotonicMs, actor });
  yield* recordProcesses(scope, plan.adopted, actor);
  yield* renewLeases(scope, plan.renewals, plan.leaseMs);
  yield* releaseRuns(scope, plan.freed);
  yield* recordScratch(scope, plan.foundScratch);
  yield* forgetScratch(scope, plan.removedScratch);
  return [ended];
}

const nothingClaimed = { claimed: [], isLimited: false };

function* closeEnded(scope: Scope, plan: TickPlan) {
  const ended = yield* applyRunEnds(
    scope,
    plan.closings.map(({ run, ending }) => ({
      run,
      ending,
      policy: retryPolicyOf(run.profile, plan),
      random: plan.random(),
    })),
    actor,
  );
  // A run that was given its verdict after the look is freed by the next tick, which tells of it.
  const closedIds = new Set(ended.closed.map(({ runId }) => runId));
  const [gone, leaving] = [true, false].map((treeGone) =>
    plan.closings
      .filter((closing) => closing.treeGone === treeGone && closedIds.has(closing.run.runId))
      .map(({ run }) => run),
  );
  yield* freeRuns(
    scope,
    (gone ?? []).map((run) => run.runId),
  );
  const stops = (leaving ?? []).map((run) => ({ run, reason: "leave" as const }));
  yield* markStopping(scope, stops, { termAtMonotonicMs: null, actor });
  return ended;
}

/** Programs that know nothing of our links finish a task by its row alone: its children go on when its worker has left. */
function* promoteAfterVerdicts(scope: Scope, { freed }: TickPlan): Steps<string[]> {
  const done = freed.filter((run) => run.taskStatus === "done").map((run) => run.taskId);
  return yield* promoteChildren(scope, done, actor);
}

const selectDue = `SELECT t.id ${fromDueScheduled}`;

/** A scheduled task whose time has come waits for nothing but its parents. */
function* promoteDue(scope: Scope): Steps<string[]> {
  const due = yield* scope.db.all<{ id: string }>(selectDue, { nowMs: scope.nowMs });
  if (due.length === 0) return [];
  const candidates = due.map((task) => task.id);
  return yield* apart(scope, candidates, { steps: (some) => makeDue(scope, some), of: ofTask });
}

function* makeDue(scope: Scope, candidates: readonly string[]): Steps<string[]> {
  const ids = JSON.stringify(candidates);
  yield* scope.db.send("UPDATE tasks SET status = 'todo' WHERE id IN (SELECT value FROM json_each(:ids))", {
    ids,
  });
  yield* scope.db.send(
    "UPDATE kanbun_tasks SET not_before_ms = NULL WHERE task_id IN (SELECT value FROM json_each(:ids))",
    { ids },
  );
  return yield* promoteFinishedWaits(scope, { candidates, actor });
}

function* reconcile(scope: Scope, plan: TickPlan): Steps<string[]> {
  return plan.reconcile ? yield* promoteFinishedWaits(scope, { candidates: "all", actor }) : [];
}

interface Start {
  readonly claim: Claim;
  readonly started: readonly StartedRun[];
  readonly failed: readonly FailedStart[];
}

/** Who was started, and who could not be. What the tables refuse of one, the next tick meets again. */
export function* recordStarts(
  scope: Scope,
  { started, failed }: { started: readonly StartedRun[]; failed: readonly FailedStart[] },
  plan: Pick<TickPlan, "random" | "policies" | "defaultRetry">,
): Steps<Pick<TickWrites, "closed" | "refused">> {
  const starts: readonly Start[] = [
    ...started.map((one) => ({ claim: one.claim, started: [one], failed: [] })),
    ...failed.map((one) => ({ claim: one.claim, started: [], failed: [one] })),
  ];
  const closed = yield* apart(scope, starts, {
    steps: (some) =>
      writeStarts(scope, plan, {
        started: some.flatMap((one) => one.started),
        failed: some.flatMap((one) => one.failed),
      }),
    of: ({ claim: { runId, task } }) => ofRun({ runId, taskId: task.id }),
  });
  return { closed, refused: scope.refusals };
}

function* writeStarts(
  scope: Scope,
  plan: Pick<TickPlan, "random" | "policies" | "defaultRetry">,
  { started, failed }: Omit<Start, "claim">,
): Steps<readonly ClosedRun[]> {
  yield* recordStarted(scope, started, actor);
  yield* recordAgents(
    scope,
    started.flatMap(({ claim, agent = null }) => {
      const { task, runId, token, profile } = claim;
      return agent === null ? [] : [{ run: { taskId: task.id, runId, token, profile }, agent }];
    }),
  );
  const { closed } = yield* applyRunEnds(
    scope,
    failed.map(({ claim: { task, runId, profile }, ending }) => ({
      run: { taskId: task.id, runId, profile },
      ending,
      policy: retryPolicyOf(profile, plan),
      random: plan.random(),
    })),
    actor,
  );
  yield* freeRuns(
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
