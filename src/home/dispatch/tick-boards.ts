import { BoardUpkeep } from "../../dispatcher/board-upkeep.ts";
import type { Dispatcher } from "../../dispatcher/dispatcher.ts";
import type { Finding } from "../../dispatcher/report/finding.ts";
import { describeStoreTrouble } from "../../dispatcher/report/home-findings.ts";
import { type TickReport, withFindings } from "../../dispatcher/report/report.ts";
import type { FailedBoard } from "../failed-board.ts";
import { describeError } from "../failure.ts";
import type { Home } from "../session/home.ts";
import { systemClock } from "../session/system-clock.ts";
import { openDispatchers } from "./dispatch-boards.ts";

/** How many held tasks the report of a tick names; a board may have a hundred thousand. */
const heldMax = 1_000;

export interface BoardTicks {
  /** One for each board that was ticked, or skipped since another dispatcher was at it. */
  readonly boards: readonly TickReport[];
  readonly failed: readonly FailedBoard[];
}

/** For all boards together; what is left the next tick tells. */
const tellWithinMs = 5_000;

/**
 * One tick on each board that is used; workers go on when it returns. One bad board does not keep the others from
 * their tick; where there is but one it is an error.
 * @param how.max claim at most so many on each board; 0 only records ended runs
 * @param how.heldMax name at most so many tasks that were held back; default 1,000
 * @throws {BoardError} not_found without a board
 */
export async function tickBoards(
  home: Home,
  { max, heldMax: held = heldMax }: { readonly max?: number | undefined; readonly heldMax?: number } = {},
): Promise<BoardTicks> {
  const boards = openDispatchers(home);
  const reports: TickReport[] = [];
  const failed: FailedBoard[] = [];
  let tellUntilMs: number | null = null;
  const keepUp = async (dispatcher: Dispatcher) => {
    tellUntilMs ??= performance.now() + tellWithinMs;
    const upkeep = new BoardUpkeep(dispatcher, () => systemClock.nowMs());
    await upkeep.turn();
    await upkeep.finish(Math.max(0, tellUntilMs - performance.now()));
  };
  try {
    const troubles: Finding[] = [];
    await boards.enter({
      stays: false,
      onTrouble: (store, error) => troubles.push(describeStoreTrouble(store, describeError(error).message)),
    });
    const options = { reconcile: true, heldMax: held, ...(max === undefined ? {} : { max }) };
    for (const { slug, dispatcher } of boards.open) {
      try {
        const report = await dispatcher.tick(options);
        reports.push(withFindings(report, troubles.splice(0)));
        // Closing a board empties its log only where no one else has it open. A loser has opened nothing, and does not now.
        if (!report.skippedLocked) await keepUp(dispatcher);
      } catch (error) {
        if (boards.open.length === 1 && reports.length === 0) throw error;
        failed.push({ board: slug, error: describeError(error) });
      }
    }
  } finally {
    await boards.close();
  }
  return { boards: reports, failed };
}
