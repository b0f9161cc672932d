import { BoardError } from "../../board/error.ts";
import { findLivingRun } from "../../dispatcher/tick/living-run.ts";
import { placeOf } from "../../store/place.ts";
import type { BoardStore } from "../../store/store.ts";
import type { Home } from "../session/home.ts";
import { systemClock } from "../session/system-clock.ts";

/** @throws {BoardError} conflict: a process of the task's run is seen to live here, though the caller says that none does */
export async function requireNoneSeen(home: Home, store: BoardStore, id: string): Promise<void> {
  const { paths } = home.place;
  const at = { runs: paths.runs, place: placeOf(paths), monotonicMs: systemClock.monotonicMs() };
  const living = await findLivingRun(store, id, at);
  if (living === null) return;
  const pid = living.pid === null ? "" : ` (pid ${living.pid})`;
  throw new BoardError("conflict", `run ${living.runId} of ${id} is alive here${pid}`, {
    hint: `stop it with \`kanbun reclaim ${id}\`: the task is ready again when it has ended`,
  });
}
