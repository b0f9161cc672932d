import type { TickStore } from "../../tick.ts";
import { listLiveRuns } from "../runs/live-runs.ts";
import { recordWorkspace } from "../runs/run-openings.ts";
import * as scratch from "../tasks/scratch-folders.ts";
import type { Transactions } from "../transactions.ts";
import { viewTick } from "./tick-view.ts";
import { applyTick, recordStarts } from "./ticks.ts";

export function tickStore(on: Transactions): TickStore {
  return {
    listLiveRuns: () => on.read((db) => listLiveRuns(db), { plansOnce: true }),
    viewTick: (at) => on.read((db) => viewTick(db, at), { plansOnce: true }),
    async applyTick(plan) {
      const { writes } = await on.write((scope) => applyTick(scope, plan), {
        nowMs: plan.nowMs,
        isSynced: plan.claims === null,
        givesWay: plan.givesWay === true,
        makesWork: ({ leavesWork }) => leavesWork,
      });
      return writes;
    },
    async recordStarts(starts, { nowMs, ...plan }) {
      const hasNone = starts.started.length + starts.failed.length === 0;
      if (hasNone && !on.isUnsynced) return { closed: [], refused: [] };
      return on.write((scope) => recordStarts(scope, starts, plan), {
        nowMs,
        makesWork: () => starts.failed.length > 0,
      });
    },
    // What waits for the disk is the record of the start.
    recordWorkspace: (claim, workspace) =>
      on.write((scope) => recordWorkspace(scope, claim, workspace), {
        isSynced: false,
        makesWork: () => false,
      }),
    listRemovableScratch: (home = "") =>
      on.read((db) => scratch.listRemovableScratch(db, home), { plansOnce: true }),
    forgetScratch: (runIds) =>
      on.write((scope) => scratch.forgetScratch(scope, runIds), { makesWork: () => false }),
  };
}
