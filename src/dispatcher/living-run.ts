import type { BoardStore } from "../store/store.ts";
import { KnownRuns } from "../worker/known-runs.ts";
import { sightRuns } from "../worker/sighting.ts";
import { thisHost } from "./host.ts";

/** The run of a task of which a process is seen to live on this host; null: none is, or it can't be told. */
export async function findLivingRun(
  store: BoardStore,
  taskId: string,
  at: { readonly runs: string; readonly monotonicMs: number },
): Promise<{ readonly runId: number; readonly pid: number | null } | null> {
  const live = (await store.listLiveRuns()).filter((run) => run.taskId === taskId && run.holder === "worker");
  const sighted = sightRuns(live, { ...thisHost(), ...at, known: new KnownRuns() });
  const living = sighted.find(({ seen }) => seen.where === "here" && ["alive", "ending"].includes(seen.tree));
  return living ? { runId: living.run.runId, pid: living.shim?.pid ?? null } : null;
}
