import { processName } from "../../dispatcher/host.ts";
import { sendNudge } from "../../dispatcher/nudge.ts";
import { tryListenForNudges } from "../../dispatcher/nudge-listener.ts";
import { endedRuns } from "../../dispatcher/report.ts";
import { Residency } from "../../dispatcher/residents.ts";
import { WakeUp } from "../../dispatcher/wake-up.ts";
import { watchBoards } from "../../dispatcher/watch.ts";
import { toFailure } from "../../home/failure.ts";
import { loadForLong } from "../../home/load-for-long.ts";
import { ResidentBoards } from "../../home/resident-boards.ts";
import { systemClock } from "../../system/clock.ts";
import type { CliContext } from "../command.ts";
import { successDocument } from "../text/json-document.ts";
import { writeWithoutWaiting } from "../text/standard-streams.ts";
import type { DispatchFlags } from "./flags.ts";
import { showProgress } from "./progress.ts";

/** So long the last words have to get out. */
const lastWordsMs = 1_000;

/** `--watch`: stays until TERM or INT, which end it after the tick it is in; workers go on. */
export async function runResident(cli: CliContext, flags: DispatchFlags): Promise<void> {
  const { home, boardSource } = cli.place;
  const wakeUp = new WakeUp();
  const stop = new AbortController();
  // Never taken off again: a second signal, on the way out, must not end it any other way.
  process.on("SIGINT", () => stop.abort()).on("SIGTERM", () => stop.abort());
  await loadForLong();
  await writeWithoutWaiting((count) => droppedText(cli, count));
  const { intervalMs } = (await cli.place.configAsFarAsItGoes()).dispatch;
  const boards = new ResidentBoards(cli, (slug) => wakeUp.forBoard(slug));
  const listener = tryListenForNudges({ home, name: processName() }, (said) => {
    if (!boards.slugs.includes(said)) boards.lookAgain();
    wakeUp.forBoard(said);
  });
  const residency = new Residency(home, {
    boards: boards.slugs,
    isForAllBoards: boardSource !== "flag" && boardSource !== "environment",
    address: listener?.address ?? null,
    sinceMs: systemClock.nowMs(),
  });
  const troubles = new Troubles(cli);
  try {
    const show = await showProgress(cli, boards, { isStream: true });
    const watching = watchBoards(
      () => {
        if (boards.refresh()) residency.setBoards(boards.slugs);
        return boards.open.map((board) => board.dispatcher);
      },
      wakeUp,
      {
        nowMs: () => systemClock.nowMs(),
        intervalMs,
        signal: stop.signal,
        ...(flags.max === undefined ? {} : { max: flags.max }),
        onReport: (report) => {
          if (!report.skippedLocked) troubles.end(report.board);
          show.report(report);
          // The slot that has come free may be the one that a board waits for on which somebody else stays.
          if (endedRuns(report).length > 0)
            for (const slug of residency.listBoardsOfOthers()) void sendNudge(home, slug);
        },
        onError: (board, error) => troubles.tell(board, error),
      },
    );
    // The terminal is given back in any case; what keeps the last words from being shown is the same error.
    await watching.catch(async (error: unknown) => {
      await show.end().catch(() => {});
      throw error;
    });
    await show.end();
  } finally {
    residency.leave();
    listener?.close();
    boards.close();
    // The loop has ended: a reader that still stands still after this is not waited for any longer.
    setTimeout(() => process.exit(), lastWordsMs).unref();
  }
}

/** What stands where a reader that stood still has missed something. */
function droppedText({ output }: CliContext, count: number): string {
  return output.isJson
    ? `${successDocument({ dropped: count })}\n`
    : `(${count} messages were dropped here: nobody read them)\n`;
}

/**
 * A resident lives on: what failed now (a full disk, a bad line of configuration) may be mended by the next tick. Each
 * trouble is told once, until it is over or becomes another one.
 */
class Troubles {
  readonly #cli: CliContext;
  readonly #told = new Map<string, string>();

  constructor(cli: CliContext) {
    this.#cli = cli;
  }

  tell(board: string, error: unknown): void {
    const failure = toFailure(error, false);
    if (this.#told.get(board) === failure.message) return;
    this.#told.set(board, failure.message);
    this.#cli.output.fail({ ...failure, message: `${board}: ${failure.message}` });
  }

  end(board: string): void {
    this.#told.delete(board);
  }
}
