import { type LoopEnd, type LoopOptions, runUntilIdle, WakeUp, watchBoards } from "../dispatcher/loop.ts";
import { registerResident } from "../dispatcher/residents.ts";
import { systemClock } from "../system/clock.ts";
import { formatDuration } from "../system/duration.ts";
import type { CliContext } from "./command.ts";
import { openDispatchers } from "./dispatch-boards.ts";
import type { DispatchFlags } from "./dispatch-flags.ts";
import { showProgress } from "./dispatch-show.ts";
import { toFailure } from "./failure.ts";
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
  const slugs = boards.open.map((board) => board.slug);
  const leave = flags.watch
    ? registerResident(cli.place.home, { boards: slugs, nowMs: systemClock.nowMs() })
    : () => {};
  try {
    const max = flags.drain ? 0 : flags.max;
    const totals = new TickTotals();
    const show = await showProgress(cli, boards, { isStream: flags.watch === true });
    const options: LoopOptions = {
      nowMs: () => systemClock.nowMs(),
      intervalMs: flags.watch ? (await cli.place.config()).dispatch.intervalMs : untilIdleIntervalMs,
      signal: stop.signal,
      ...(max === undefined ? {} : { max }),
      onReport: (report) => {
        totals.add(report);
        show.report(report);
      },
      // A resident lives on: what failed now (a full disk, a bad line of configuration) may be mended by the next tick.
      // Not so a damaged database: that is told once, and its board is left alone.
      onError: (board, error) => {
        if (!flags.watch) throw error;
        const failure = toFailure(error, false);
        cli.output.fail({ ...failure, message: `${board}: ${failure.message}` });
      },
    };
    const dispatchers = boards.open.map((board) => board.dispatcher);
    const loop = flags.watch
      ? watchBoards(dispatchers, wakeUp, options)
      : runUntilIdle(dispatchers, wakeUp, {
          ...options,
          dueWithinMs: flags.drain ? 0 : (flags.dueWithin ?? dueWithinMs),
        });
    const end = await loop.catch(async (error: unknown) => {
      // The terminal is given back all the same; what keeps the last words from being shown is the same error.
      await show.end().catch(() => {});
      throw error;
    });
    await show.end();
    if (!flags.watch) await cli.output.answer({ ...totals.toData(), ...end }, () => summary(totals, end));
  } finally {
    leave();
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
