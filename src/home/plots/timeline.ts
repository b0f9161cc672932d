import { BoardError } from "../../board/error.ts";
import { assignLanes } from "../../board/run-lanes.ts";
import type { TimedRun, TimedRuns } from "../../store/history.ts";
import type { BoardStore } from "../../store/store.ts";

export interface Timeline extends Pick<TimedRuns, "links" | "isCut"> {
  readonly sinceAtMs: number;
  readonly untilAtMs: number;
  /** How many ran at once, at most. */
  readonly slots: number;
  /** Each with the slot that it used, from 0: the lowest that was free. */
  readonly runs: readonly (TimedRun & { readonly slot: number })[];
}

/** Of more no one sees each. */
const runsMax = 2_000;

/** What ran on a board at what time, and what of it waits for what. @throws {BoardError} usage for a span that is none */
export async function readTimeline(
  store: BoardStore,
  { sinceAtMs, untilAtMs }: { readonly sinceAtMs: number; readonly untilAtMs: number },
): Promise<Timeline> {
  if (untilAtMs <= sinceAtMs) throw new BoardError("usage", "the span ends before it begins");
  const { runs, links, isCut } = await store.listRunsBetween({ sinceAtMs, untilAtMs, max: runsMax });
  const lanes = assignLanes(runs);
  return {
    sinceAtMs,
    untilAtMs,
    slots: lanes.reduce((most, lane) => Math.max(most, lane + 1), 0),
    runs: runs.map((run, at) => ({ ...run, slot: lanes[at] ?? 0 })),
    links,
    isCut,
  };
}
