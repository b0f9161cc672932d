import type { TickReport } from "../../dispatcher/report/report.ts";
import { type LoopEnd, runUntilIdle } from "../../dispatcher/resident/loop.ts";
import type { WakeUp } from "../../dispatcher/resident/wake-up.ts";
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

/** Ticks until nothing runs here and nothing will start by itself soon. @throws what the first tick that fails throws */
export function workOff(
  boards: OpenBoards,
  wakeUp: WakeUp,
  { signal, max, dueWithinMs = defaultDueWithinMs, onReport }: WorkOffOptions,
): Promise<LoopEnd> {
  return runUntilIdle(
    boards.open.map(({ dispatcher }) => dispatcher),
    wakeUp,
    {
      nowMs: () => systemClock.nowMs(),
      intervalMs,
      dueWithinMs,
      onReport,
      onError: (_, error) => {
        throw error;
      },
      ...(signal === undefined ? {} : { signal }),
      ...(max === undefined ? {} : { max }),
    },
  );
}
