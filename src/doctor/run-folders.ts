import { lstatSync, readdirSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { probeProcess } from "../../native-shims/index.ts";
import type { BoardStore } from "../store/store.ts";
import { RunDirectory, runFileNames } from "../worker/run-directory.ts";

const ownFiles = new Set(runFileNames);
/** What is told of as old. */
const oldAfterMs = 30 * 24 * 3_600_000;

export interface RunFolders {
  readonly count: number;
  /** No run of that number: a later run with that number would be taken for ended. */
  readonly stale: readonly StaleFolder[];
  /** Of runs that ended over 30 days ago. */
  readonly old: number;
}

interface StaleFolder {
  readonly runId: number;
  readonly path: string;
  /** Why it is not for us to remove; null when it is. */
  readonly obstacle: string | null;
}

/** The run folders of a board, compared with its runs. Reads only. */
export async function lookAtRunFolders(store: BoardStore, runs: string, nowMs: number): Promise<RunFolders> {
  const ids = listRunIds(runs);
  const doubles = listDoubles(runs);
  const ends = await store.getRunEnds([...ids, ...doubles.map(({ runId }) => runId)]);
  const isOld = (endedAtMs: number | null) => endedAtMs !== null && nowMs - endedAtMs > oldAfterMs;
  return {
    count: ids.length + doubles.length,
    stale: [
      ...ids
        .filter((id) => !ends.has(id))
        .map((runId) => ({
          runId,
          path: new RunDirectory(runs, runId, null).path,
          obstacle: findObstacle(runs, runId),
        })),
      ...doubles
        .filter(({ runId }) => !ends.has(runId))
        .map((one) => ({ ...one, obstacle: "it is the second of that number" })),
    ],
    old: [...ends.values()].filter(isOld).length,
  };
}

/**
 * Removes the folder of a run that no board knows, file by file, so that nothing but our own can go (I8).
 * Looks again first. False when something speaks against it.
 */
export function removeRunFolder(runs: string, runId: number): boolean {
  if (findObstacle(runs, runId) !== null) return false;
  const { path } = new RunDirectory(runs, runId, null);
  for (const name of readdirSync(path)) if (ownFiles.has(name)) unlinkSync(join(path, name));
  try {
    rmdirSync(path);
  } catch (error) {
    // Something was put there just now.
    if ((error as NodeJS.ErrnoException).code === "ENOTEMPTY") return false;
    throw error;
  }
  return true;
}

function listRunIds(runs: string): number[] {
  return listNames(runs)
    .filter((name) => /^[1-9]\d{0,14}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

function listNames(runs: string): string[] {
  try {
    return readdirSync(runs);
  } catch {
    // None yet, or a folder that can't be read, which the check of the home's files names.
    return [];
  }
}

/** Those of a board that counts its runs again, beside the folders of before: they have a token in their names. */
function listDoubles(runs: string): { readonly runId: number; readonly path: string }[] {
  return listNames(runs).flatMap((name) => {
    const [, number] = /^([1-9]\d{0,14})-[0-9a-zA-Z-]+$/.exec(name) ?? [];
    return number === undefined ? [] : [{ runId: Number(number), path: join(runs, name) }];
  });
}

function findObstacle(runs: string, runId: number): string | null {
  const directory = new RunDirectory(runs, runId, null);
  if (!lstatSync(runs).isDirectory()) return "the folder of runs is a link";
  if (!lstatSync(directory.path).isDirectory()) return "it is no folder";
  const foreign = readdirSync(directory.path, { withFileTypes: true }).find(
    (entry) => !entry.isFile() || !ownFiles.has(entry.name),
  );
  if (foreign) return `${foreign.name} in it is not Kanbun's`;
  const { fence, shim } = directory.readStart();
  if (fence === "won" && shim === null) return "it does not say which process started it";
  return shim !== null && probeProcess(shim) !== "dead" ? `its process ${shim.pid} is still there` : null;
}
