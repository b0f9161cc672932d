import { whyNoTrees } from "../../../native-shims/index.ts";
import { BoardUpkeep } from "../board-upkeep.ts";
import type { Dispatcher } from "../dispatcher.ts";
import { hasMovedTasks, type TickReport } from "../report/report.ts";
import type { WakeUp } from "./wake-up.ts";

export interface LoopOptions {
  /** By the boards' clock. */
  readonly nowMs: () => number;
  /** From tick to tick when nothing wakes the loop earlier; milliseconds. */
  readonly intervalMs: number;
  /** Ends the loop after the tick it is in; workers go on. */
  readonly signal?: AbortSignal;
  /** Called for every tick. */
  readonly onReport: (report: TickReport) => void;
  /** Claims at most so many tasks in each tick. */
  readonly max?: number;
  /** Called for a tick that failed; the other boards are ticked all the same, and this one again next time. */
  readonly onError: (board: string, error: unknown) => void;
}

/** What is left when a loop has ended. */
export interface LoopEnd {
  readonly ticks: number;
  /** The earliest task that becomes due by itself later on; null when there is none. */
  readonly nextDueMs: number | null;
}

/** For what is left to be told at the end. */
const tellWithinMs = 5_000;

/**
 * Ticks until nothing runs here and nothing will start by itself within `dueWithinMs`: back-offs, rate limits and
 * schedules that end earlier are waited for. A board whose tick fails is tried again as long as others have something to
 * do, and not waited for.
 */
export async function runUntilIdle(
  dispatchers: readonly Dispatcher[],
  wakeUp: WakeUp,
  options: LoopOptions & { readonly dueWithinMs: number },
): Promise<LoopEnd> {
  options.signal?.addEventListener("abort", wakeUp.now);
  // What starts workers is compiled now: later on there may be no descriptor left for that.
  whyNoTrees();
  const upkeeps = new Map(dispatchers.map((one) => [one, new BoardUpkeep(one, options.nowMs)]));
  let ticks = 0;
  for (;;) {
    // What became due while the ticks were under way may have been missed by them: it counts as still to come.
    const beganAtMs = options.nowMs();
    const { hasMoved, unjudged, ticked } = await tickAll(upkeeps, options, ticks === 0);
    ticks += dispatchers.length;
    for (const dispatcher of ticked) await upkeeps.get(dispatcher)?.turn();
    const outlook = await outlookOf(ticked, beganAtMs);
    const dueInMs =
      outlook.nextDueMs === null ? Number.POSITIVE_INFINITY : outlook.nextDueMs - options.nowMs();
    // What no one can judge, or write down, before a person has corrected something is not waited for.
    const isIdle = !hasMoved && outlook.liveHere <= unjudged && dueInMs > options.dueWithinMs;
    if (isIdle || options.signal?.aborted) {
      await Promise.all([...upkeeps.values()].map((upkeep) => upkeep.finish(tellWithinMs)));
      return { ticks, nextDueMs: outlook.nextDueMs };
    }
    if (!hasMoved) await wakeUp.wait(Math.max(1, Math.min(options.intervalMs, dueInMs)));
    wakeUp.take();
  }
}

/** Whether any of the ticks changed anything, how many runs have ended that no tick can judge or write down, and whose did not fail. */
async function tickAll(
  upkeeps: ReadonlyMap<Dispatcher, BoardUpkeep>,
  { onReport, onError, max }: LoopOptions,
  reconcile: boolean,
): Promise<{
  readonly hasMoved: boolean;
  readonly unjudged: number;
  readonly ticked: readonly Dispatcher[];
}> {
  const ticked: Dispatcher[] = [];
  let hasMoved = false;
  let unjudged = 0;
  for (const [dispatcher, upkeep] of upkeeps) {
    try {
      const report = await dispatcher.tick({ reconcile, ...(max === undefined ? {} : { max }) });
      ticked.push(dispatcher);
      onReport(report);
      upkeep.noteTick(report);
      hasMoved ||= hasMovedTasks(report);
      unjudged += report.held.filter(
        ({ reason }) => reason === "unconfigured" || reason === "unrecorded",
      ).length;
    } catch (error) {
      onError(dispatcher.board, error);
    }
  }
  return { hasMoved, unjudged, ticked };
}

async function outlookOf(dispatchers: readonly Dispatcher[], sinceMs: number) {
  let liveHere = 0;
  let nextDueMs: number | null = null;
  for (const dispatcher of dispatchers) {
    const outlook = await dispatcher.outlook(sinceMs);
    liveHere += outlook.liveHere;
    if (outlook.nextDueMs !== null)
      nextDueMs = Math.min(nextDueMs ?? Number.POSITIVE_INFINITY, outlook.nextDueMs);
  }
  return { liveHere, nextDueMs };
}
