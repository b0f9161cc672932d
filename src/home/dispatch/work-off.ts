import type { TickReport } from "../../dispatcher/report/report.ts";
import { type LoopEnd, runUntilIdle } from "../../dispatcher/resident/loop.ts";
import type { WakeUp } from "../../dispatcher/resident/wake-up.ts";
import type { FailedBoard } from "../failed-board.ts";
import { describeError } from "../failure.ts";
import { systemClock } from "../session/system-clock.ts";
import type { OpenBoards } from "./dispatch-boards.ts";

/** What becomes due so soon is waited for unless another time is given. */
const defaultDueWithinMs = 120_000;
/** The net for what wakes no one: workers that an earlier dispatcher started. */
const intervalMs = 100;

export interface WorkOffOptions {
  /** Ends it after the tick it is in; workers go on. */
  readonly signal?: AbortSignal | undefined;
  /** Claim at most so many in each tick; 0: only wait for what runs here. */
  readonly max?: number | undefined;
  /** Wait for what becomes due within this time, in milliseconds; default two minutes. */
  readonly dueWithinMs?: number | undefined;
  readonly onReport: (report: TickReport) => void;
}

export interface WorkedOff extends LoopEnd {
  /** The boards whose last tick failed. */
  readonly failed: readonly FailedBoard[];
}

/**
 * Ticks until nothing runs here and nothing will start by itself soon. One bad board does not keep the others from that;
 * where there is but one it is an error.
 * @throws what the tick of a single board throws
 */
export async function workOff(
  boards: OpenBoards,
  wakeUp: WakeUp,
  { signal, max, dueWithinMs = defaultDueWithinMs, onReport }: WorkOffOptions,
): Promise<WorkedOff> {
  const failed = new Map<string, unknown>();
  const end = await runUntilIdle(
    boards.open.map(({ dispatcher }) => dispatcher),
    wakeUp,
    {
      nowMs: () => systemClock.nowMs(),
      intervalMs,
      dueWithinMs,
      onReport: (report) => {
        failed.delete(report.board);
        onReport(report);
      },
      onError: (board, error) => {
        if (boards.open.length === 1) throw error;
        failed.set(board, error);
      },
      ...(signal === undefined ? {} : { signal }),
      ...(max === undefined ? {} : { max }),
    },
  );
  return { ...end, failed: [...failed].map(([board, error]) => ({ board, error: describeError(error) })) };
}
