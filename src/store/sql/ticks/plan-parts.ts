import type { LiveRun } from "../../../board/claim.ts";
import type { TickPlan } from "../../tick.ts";

/** A run of which a plan says something; which task it is of, as far as the plan says that. */
interface PlannedRun {
  readonly runId: number;
  readonly taskId: string | null;
}

/** Each run that a plan says something of, once. */
export function runsOf(plan: TickPlan): readonly PlannedRun[] {
  const { agents = [], usages = [], logs = [], closings, stops, adopted, renewals, freed } = plan;
  const told = [...agents, ...usages, ...logs, ...closings, ...stops, ...adopted].map(({ run }) => run);
  const named = [...told, ...renewals, ...freed].map(({ runId, taskId }) => ({ runId, taskId }));
  const folders = [...plan.foundScratch.map(({ runId }) => runId), ...plan.removedScratch];
  const others = folders.map((runId) => ({ runId, taskId: null }));
  return [...new Map([...others, ...named].map((run) => [run.runId, run])).values()];
}

/** What the plan says of these runs, and nothing of any other. */
export function partOf(plan: TickPlan, runs: readonly PlannedRun[]): TickPlan {
  const ids = new Set(runs.map(({ runId }) => runId));
  const isOf = ({ runId }: { readonly runId: number }) => ids.has(runId);
  const isAbout = ({ run }: { readonly run: Pick<LiveRun, "runId"> }) => ids.has(run.runId);
  return {
    ...plan,
    agents: (plan.agents ?? []).filter(isAbout),
    usages: (plan.usages ?? []).filter(isAbout),
    logs: (plan.logs ?? []).filter(isAbout),
    closings: plan.closings.filter(isAbout),
    stops: plan.stops.filter(isAbout),
    adopted: plan.adopted.filter(isAbout),
    renewals: plan.renewals.filter(isOf),
    freed: plan.freed.filter(isOf),
    foundScratch: plan.foundScratch.filter(isOf),
    removedScratch: plan.removedScratch.filter((runId) => ids.has(runId)),
  };
}
