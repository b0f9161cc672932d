import { lstatSync, readdirSync } from "node:fs";
import { probeProcess } from "../../../native-shims/index.ts";
import { openStore } from "../../store/open/open-store.ts";
import { placeOf } from "../../store/place.ts";
import { boardPaths } from "../../system/home/board-paths.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { RunDirectory } from "../../worker/run-directory.ts";
import type { RunTree } from "../../worker/tree/run-tree.ts";
import { signalRun } from "../../worker/tree/stop.ts";
import type { Home } from "../session/home.ts";
import { systemClock } from "../session/system-clock.ts";

/**
 * Kills what lives here of runs that are not this board's any more: while this host was away they were given to others. At once:
 * another worker may be at their tasks by now. @throws {BoardError} unreachable, and then nothing was touched
 */
export async function endFormerWorkers(home: Home, slug: string): Promise<void> {
  const paths = boardPaths(home.place.home, slug);
  const here = listLivingShims(paths.runs);
  if (here.length === 0) return;
  // Asked after that: a worker that is started meanwhile is not among those that were found.
  await using store = await openStore(placeOf(paths), {
    clock: systemClock,
    mode: "write",
    environment: home.env,
  });
  const live = new Set((await store.listLiveRuns()).map(({ token }) => token));
  for (const tree of here) if (!live.has(tree.token)) signalRun(tree, "SIGKILL");
}

function listLivingShims(runs: string): RunTree[] {
  return listFolders(runs).flatMap((name) => {
    const { shim, isRoot, token } = RunDirectory.readStartIn(runs, name);
    if (shim === null || token === null || probeProcess(shim) !== "alive") return [];
    return [{ token, shim, isRoot }];
  });
}

function listFolders(runs: string): readonly string[] {
  try {
    if (!lstatSync(runs).isDirectory()) return [];
    // As it names the folders of runs, with the token behind the number where another run has that.
    return readdirSync(runs).filter((name) => /^[1-9]\d{0,14}(-[0-9a-f]+)?$/.test(name));
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}
