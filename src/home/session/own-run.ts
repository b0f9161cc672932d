import { BoardError } from "../../board/error.ts";
import { openStore } from "../../store/open/open-store.ts";
import { placeOf } from "../../store/place.ts";
import { hasBoard } from "../../system/home/board-paths.ts";
import { type Environment, ownPlace, readOwnRun } from "./actor.ts";
import { systemClock } from "./system-clock.ts";

/**
 * Makes sure that this process is no worker whose run is over: then nothing may be changed, on no board and no file
 * (I4). Each write to the run's own board proves it once more, in its own transaction.
 * @throws {BoardError} superseded, also when the run's board is gone
 */
export async function requireRunIsOpen(env: Environment): Promise<void> {
  const run = readOwnRun(env);
  if (run === null) return;
  const { paths } = ownPlace(env);
  if (!hasBoard(paths))
    throw new BoardError(
      "superseded",
      `the board of run ${run.runId} is gone: its worker can no longer change it`,
      {
        hint: "end this worker",
      },
    );
  await using store = await openStore(placeOf(paths), { clock: systemClock, mode: "read", environment: env });
  await store.requireOwnRun(run);
}
