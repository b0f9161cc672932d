import { endWorker } from "../../dispatcher/end-worker.ts";
import { makeDispatchContext } from "../dispatch/dispatch-context.ts";
import { describeError } from "../failure.ts";
import type { Home } from "../session/home.ts";
import type { Session } from "../session/session.ts";

/** What became of a worker: `stopping` when it needs longer than it was given, or could not be told. */
export interface WorkerEnd {
  readonly state: "gone" | "stopping";
  /** Why it could not be told; null when it could. */
  readonly problem: string | null;
}

/** After TERM and grace comes KILL, and after KILL nothing takes long but the looks of a machine that has much else to do. */
const killPatienceMs = 10_000;

/**
 * Ends what still runs of a task whose run was just ended, or asked to end, and waits as long as the run's grace
 * allows. null when it has no worker. The move is done already: what goes wrong here is told beside it.
 */
export async function endLiveWorker(home: Home, session: Session, taskId: string): Promise<WorkerEnd | null> {
  const live = await session.store.listLiveRuns();
  const run = live.find((one) => one.taskId === taskId && one.holder === "worker");
  // A worker that is not to stop, as after `promote`, is none of ours to end.
  if (run === undefined || run.stop === null) return null;
  try {
    const { place } = session;
    const context = makeDispatchContext(place.home, place.board, home.env, home.kanbun);
    const state = await endWorker(context, taskId, run.graceMs + killPatienceMs);
    return { state, problem: null };
  } catch (error) {
    const problem = `its worker could not be stopped from here: ${describeError(error).message}`;
    return { state: "stopping", problem };
  }
}
