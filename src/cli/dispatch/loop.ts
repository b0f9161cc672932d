import { type LoopEnd, runUntilIdle } from "../../dispatcher/loop.ts";
import { WakeUp } from "../../dispatcher/wake-up.ts";
import { openDispatchers } from "../../home/dispatch-boards.ts";
import { loadForLong } from "../../home/load-for-long.ts";
import { systemClock } from "../../system/clock.ts";
import { formatDuration } from "../../system/duration.ts";
import type { CliContext } from "../command.ts";
import { noteFaults } from "./fault-notes.ts";
import type { DispatchFlags } from "./flags.ts";
import { showProgress } from "./progress.ts";
import { TickTotals } from "./tick-totals.ts";

const dueWithinMs = 120_000;
/** The net for what wakes nobody: workers that an earlier dispatcher started. */
const untilIdleIntervalMs = 100;

/** `--until-idle` and `--drain`: a table on a terminal, a line per movement in a pipe, then a summary. */
export async function runLoop(cli: CliContext, flags: DispatchFlags): Promise<void> {
  const wakeUp = new WakeUp();
  const stop = new AbortController();
  // Never taken off again: a second signal, on the way out, must not end it any other way.
  process.on("SIGINT", () => stop.abort()).on("SIGTERM", () => stop.abort());
  await loadForLong();
  const boards = openDispatchers(cli, wakeUp.now);
  try {
    const max = flags.drain ? 0 : flags.max;
    const totals = new TickTotals();
    const show = await showProgress(cli, boards, { isStream: false });
    const dispatchers = boards.open.map((board) => board.dispatcher);
    const ending = runUntilIdle(dispatchers, wakeUp, {
      nowMs: () => systemClock.nowMs(),
      intervalMs: untilIdleIntervalMs,
      dueWithinMs: flags.drain ? 0 : (flags.dueWithin ?? dueWithinMs),
      signal: stop.signal,
      ...(max === undefined ? {} : { max }),
      onReport: (report) => {
        totals.add(report);
        show.report(report);
      },
      onError: (_, error) => {
        throw error;
      },
    });
    // The terminal is given back in any case; what keeps the last words from being shown is the same error.
    const end = await ending.catch(async (error: unknown) => {
      await show.end().catch(() => {});
      throw error;
    });
    await show.end();
    noteFaults(cli, totals.toData().boards);
    await cli.output.answer({ ...totals.toData(), ...end }, () => summary(totals, end));
  } finally {
    boards.close();
  }
}

function summary(totals: TickTotals, end: LoopEnd): string {
  const due =
    end.nextDueMs === null
      ? ""
      : `; the next task is due in ${formatDuration(end.nextDueMs - systemClock.nowMs())}`;
  return `idle after ${end.ticks} ticks: ${totals.text()}${due}\n`;
}
