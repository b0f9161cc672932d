import type { LoopEnd } from "../../dispatcher/resident/loop.ts";
import { WakeUp } from "../../dispatcher/resident/wake-up.ts";
import { openDispatchers } from "../../home/dispatch/dispatch-boards.ts";
import { workOff } from "../../home/dispatch/work-off.ts";
import { systemClock } from "../../home/session/system-clock.ts";
import { formatDuration } from "../../system/text/duration.ts";
import type { CliContext } from "../input/command.ts";
import { noteFaults } from "./fault-notes.ts";
import type { DispatchFlags } from "./flags.ts";
import { leftText } from "./left-text.ts";
import { hasPausedWork } from "./paused-work.ts";
import { showProgress } from "./progress.ts";
import { TickTotals } from "./tick-totals.ts";
import { noteWorkersLeft } from "./workers-left.ts";

/** As the shell says it of what Ctrl-C ended: what comes after it in a script has not been waited for. */
const exitInterrupted = 130;

/** `--until-idle` and `--drain`: a table on a terminal, a line per movement in a pipe, then a summary. */
export async function runLoop(cli: CliContext, flags: DispatchFlags): Promise<void> {
  const wakeUp = new WakeUp();
  const stop = new AbortController();
  // Never taken off again: a second signal, on the way out, must not end it any other way.
  process.on("SIGINT", () => stop.abort()).on("SIGTERM", () => stop.abort());
  const boards = openDispatchers(cli.home, wakeUp.now);
  try {
    const totals = new TickTotals();
    const show = await showProgress(cli, boards, {
      isStream: false,
      isPlain: flags.plain ?? false,
      word: flags.drain ? "draining" : "dispatching until idle",
      onQuit: () => stop.abort(),
    });
    await boards.enter({ stays: true });
    const ending = workOff(boards, wakeUp, {
      signal: stop.signal,
      max: flags.drain ? 0 : flags.max,
      dueWithinMs: flags.drain ? 0 : flags.dueWithin,
      onReport: (report) => {
        totals.add(report);
        show.report(report);
      },
    });
    // The terminal is given back in any case; what keeps the last words from being shown is the same error.
    const end = await ending.catch(async (error: unknown) => {
      await show.end().catch(() => {}); // the error that is thrown next comes first
      throw error;
    });
    await show.end();
    noteFaults(cli, totals.toData().boards);
    for (const { board, error } of end.failed) cli.output.note(`kanbun: ${board}: ${error.message}`);
    if (stop.signal.aborted) cli.setExitCode(exitInterrupted);
    else if (end.failed.length > 0) cli.setExitCode(1);
    else if (!flags.exitZero && totals.failedTaskIds.length > 0) cli.setExitCode(1);
    let left = "";
    let state: "idle" | "paused" | "stopped" = stop.signal.aborted ? "stopped" : "idle";
    for (const { slug } of boards.open) {
      if (end.failed.some(({ board }) => board === slug)) continue;
      if (!cli.output.isJson) left += await leftText(cli, slug);
      if (state === "idle" && (await hasPausedWork(cli, slug))) state = "paused";
    }
    const { ticks, nextDueMs: nextDueAtMs, failed } = end;
    const data = {
      ...totals.toData(),
      ticks,
      nextDueAtMs,
      state,
      failed,
      failedTaskIds: totals.failedTaskIds,
    };
    await cli.output.answer(data, () => `${state} ${summary(totals, end)}${left}`);
    if (stop.signal.aborted) await noteWorkersLeft(cli, boards, { areNamed: !cli.output.isJson });
  } finally {
    await boards.close();
  }
}

function summary(totals: TickTotals, end: LoopEnd): string {
  const due =
    end.nextDueMs === null
      ? ""
      : `; the next task is due in ${formatDuration(end.nextDueMs - systemClock.nowMs())}`;
  return `after ${end.ticks} ${end.ticks === 1 ? "tick" : "ticks"}: ${totals.text()}${due}\n`;
}
