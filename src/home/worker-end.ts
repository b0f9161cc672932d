import type { CliContext } from "../cli/command.ts";
import { makeDispatchContext } from "./dispatch-context.ts";
import { toFailure } from "./failure.ts";
import type { Session } from "./session.ts";

/** What became of a worker: `stopping` when it needs longer than it was given, or could not be told. */
export type WorkerEnd = "gone" | "stopping";

/** After TERM and grace comes KILL, and after KILL nothing takes long. */
const KILL_PATIENCE_MS = 2_000;

/**
 * Ends what still runs of a task whose run was just ended, or asked to end, and waits as long as the run's grace
 * allows. null when it has no worker. The move is done already: what goes wrong here is told beside it.
 */
export async function endLiveWorker(
  cli: CliContext,
  session: Session,
  taskId: string,
): Promise<WorkerEnd | null> {
  const live = await session.store.listLiveRuns();
  const run = live.find((one) => one.taskId === taskId && one.holder === "worker");
  // A worker that is not to stop, as after `promote`, is none of ours to end.
  if (run === undefined || run.stop === null) return null;
  try {
    const { endWorker } = await import("../dispatcher/end-worker.ts");
    const { home, board } = session.place;
    return await endWorker(makeDispatchContext(home, board, cli.env), taskId, run.graceMs + KILL_PATIENCE_MS);
  } catch (error) {
    cli.output.note(`kanbun: its worker could not be stopped from here: ${toFailure(error, false).message}`);
    return "stopping";
  }
}
