import type { StorePlace } from "../../store/place.ts";
import type { BoardStore } from "../../store/store.ts";
import { KnownRuns } from "../../worker/tree/known-runs.ts";
import { findMarked } from "../../worker/tree/run-tree.ts";
import { sightRuns } from "../../worker/tree/sighting.ts";
import { seenFrom } from "../host.ts";

/** The run of a task of which a process is seen to live on this host; null: none is, or it can't be told. */
export async function findLivingRun(
  store: BoardStore,
  taskId: string,
  at: { readonly runs: string; readonly monotonicMs: number; readonly place: StorePlace },
): Promise<{ readonly runId: number; readonly pid: number | null } | null> {
  const live = (await store.listLiveRuns()).filter((run) => run.taskId === taskId && run.holder === "worker");
  const sighted = sightRuns(live, { ...seenFrom(at.place), ...at, known: new KnownRuns() });
  const living = sighted.find(({ seen }) => seen.where === "here" && ["alive", "ending"].includes(seen.tree));
  if (living !== undefined) return { runId: living.run.runId, pid: living.shim?.pid ?? null };
  // What the board says is elsewhere may be of this host all the same, such as after it has lost its name.
  for (const { run } of sighted) {
    const [first] = findMarked(run.token) ?? [];
    if (first !== undefined) return { runId: run.runId, pid: first.pid };
  }
  return null;
}
