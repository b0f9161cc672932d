import { type LoopEnd, type LoopOptions, runUntilIdle, WakeUp, watchBoards } from "../dispatcher/loop.ts";
import { systemClock } from "../system/clock.ts";
import { formatDuration } from "../system/duration.ts";
import type { CliContext } from "./command.ts";
import { openDispatchers } from "./dispatch-boards.ts";
import type { DispatchFlags } from "./dispatch-flags.ts";
import { showProgress } from "./dispatch-show.ts";
import { TickTotals } from "./tick-totals.ts";

const dueWithinMs = 120_000;
/** The net for what wakes nobody: workers that an earlier dispatcher started. */
const untilIdleIntervalMs = 100;

/** `--until-idle`, `--drain` and `--watch`: a table on a terminal, a line per movement in a pipe, JSON when asked for. */
export async function runLoop(cli: CliContext, flags: DispatchFlags): Promise<void> {
  const wakeUp = new WakeUp();
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const boards = await openDispatchers(cli, wakeUp.now);
  try {
    const max = flags.drain ? 0 : flags.max;
    const totals = new TickTotals();
    const show = await showProgress(cli, boards, { isStream: flags.watch === true });
    const options: LoopOptions = {
      intervalMs: flags.watch ? (await cli.place.config()).dispatch.intervalMs : untilIdleIntervalMs,
      signal: stop.signal,
      ...(max === undefined ? {} : { max }),
      onReport: (report) => {
        totals.add(report);
        show.report(report);
      },
      // A resident lives on: what failed now (a full disk, a bad line of configuration) may be mended by the next tick.
      onError: (board, error) => {
        if (!flags.watch) throw error;
        cli.output.note(`kanbun: ${board}: ${(error as Error).message}`);
      },
    };
    const dispatchers = boards.open.map((board) => board.dispatcher);
    const nowMs = () => systemClock.nowMs();
    const end = flags.watch
      ? await watchBoards(dispatchers, wakeUp, options)
      : await runUntilIdle(dispatchers, wakeUp, {
          ...options,
          dueWithinMs: flags.drain ? 0 : (flags.dueWithin ?? dueWithinMs),
          nowMs,
        });
    await show.end();
    if (!flags.watch) await cli.output.answer({ ...totals.toData(), ...end }, () => summary(totals, end));
  } finally {
    boards.close();
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

function summary(totals: TickTotals, end: LoopEnd): string {
  const due =
    end.nextDueMs === null
      ? ""
      : `; the next task is due in ${formatDuration(end.nextDueMs - systemClock.nowMs())}`;
  return `idle after ${end.ticks} ticks: ${totals.text()}${due}\n`;
}
