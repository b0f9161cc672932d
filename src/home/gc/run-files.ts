import { lstatSync, readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { probeProcess } from "../../../native-shims/index.ts";
import { removeRunFolder } from "../../doctor/run-folders.ts";
import type { BoardStore } from "../../store/store.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { RunDirectory } from "../../worker/run-directory.ts";

/** A log, or a whole folder, of a run that ended long ago and of which no process is left. */
export interface OldRunFile {
  readonly kind: "log" | "run_folder";
  readonly runId: number;
  readonly path: string;
  readonly sizeBytes: number;
}

/** How long they are kept, from the end of the run on. */
export interface RunFileAges {
  readonly logsMs: number;
  readonly runsMs: number;
  readonly nowMs: number;
}

/** What has been kept long enough, by the board and not by the age of files. Nothing of a run that is open or not gone (I8). */
export async function listOldRunFiles(
  store: BoardStore,
  runs: string,
  { logsMs, runsMs, nowMs }: RunFileAges,
): Promise<readonly OldRunFile[]> {
  const ids = listRunIds(runs);
  const ends = await store.getRunEnds(ids);
  return ids.flatMap((runId): OldRunFile[] => {
    const endedAtMs = ends.get(runId) ?? null;
    if (endedAtMs === null) return [];
    const ageMs = nowMs - endedAtMs;
    const directory = new RunDirectory(runs, runId, null);
    if (ageMs > runsMs)
      return [{ kind: "run_folder", runId, path: directory.path, sizeBytes: sizeOfFolder(directory.path) }];
    const log = ageMs > logsMs ? sizeOfFile(directory.logPath) : null;
    return log === null ? [] : [{ kind: "log", runId, path: directory.logPath, sizeBytes: log }];
  });
}

/** False when something speaks against it, looked at anew: a process, a link, a file that is none of Kanbun's. */
export function removeOldRunFile(runs: string, { kind, runId }: OldRunFile): boolean {
  try {
    return kind === "run_folder" ? removeRunFolder(runs, runId) : removeLog(runs, runId);
  } catch (error) {
    // Another process has removed it meanwhile.
    if (systemErrorCode(error) === "ENOENT") return false;
    throw error;
  }
}

function removeLog(runs: string, runId: number): boolean {
  const directory = new RunDirectory(runs, runId, null);
  if (!lstatSync(runs).isDirectory() || !lstatSync(directory.path).isDirectory()) return false;
  const { fence, shim } = directory.readStart();
  if (fence === "won" && (shim === null || probeProcess(shim) !== "dead")) return false;
  if (sizeOfFile(directory.logPath) === null) return false;
  unlinkSync(directory.logPath);
  return true;
}

function listRunIds(runs: string): number[] {
  try {
    if (!lstatSync(runs).isDirectory()) return [];
    return readdirSync(runs)
      .filter((name) => /^[1-9]\d{0,14}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** null for what is no file. */
function sizeOfFile(path: string): number | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? stats.size : null;
}

function sizeOfFolder(path: string): number {
  const names = lstatSync(path).isDirectory() ? readdirSync(path) : [];
  return names.reduce((sum, name) => sum + (sizeOfFile(join(path, name)) ?? 0), 0);
}
