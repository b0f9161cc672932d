import { join } from "node:path";
import type { Task } from "../../board/task.ts";
import { removeRunFolder } from "../../doctor/run-folders.ts";
import type { BoardStore, By } from "../../store/store.ts";
import type { BoardPaths } from "../../system/home/board-paths.ts";
import { removeScratch } from "../../worker/workspace/scratch-folder.ts";
import { removeFile, removeFolderOf } from "../attachments/attachments.ts";
import { forgetSearched } from "../search/search.ts";

/**
 * Takes a task off the board, then removes its files: logs, attachments, scratch folder. What isn't Kanbun's own stays
 * (I8), and is told. A process that dies in between leaves files that `kanbun doctor` knows.
 */
export async function deleteWithFiles(
  paths: BoardPaths,
  { store, id, by }: { readonly store: BoardStore; readonly id: string; readonly by: By },
): Promise<{ readonly task: Task; readonly notes: readonly string[] }> {
  const { task, attachments, runIds, scratchPaths } = await store.deleteTask(id, by);
  const left: string[] = [];
  const searchable = forgetSearched(paths.searchIndex);
  if (searchable !== null) left.push(`${paths.searchIndex} (${searchable})`);
  const folder = join(paths.attachments, id);
  for (const { storedPath } of attachments) {
    const kept = removeFile(storedPath, folder);
    if (kept !== null) left.push(`${storedPath} (${kept})`);
  }
  removeFolderOf(folder);
  for (const runId of runIds) {
    const problem = tryRemoveRun(paths.runs, runId);
    if (problem !== null) left.push(`${join(paths.runs, String(runId))} (${problem})`);
  }
  for (const path of scratchPaths) {
    const remains = removeScratch({ path, taskId: id, workspaces: paths.workspaces });
    if (remains !== null) left.push(`${remains.path} (${remains.reason})`);
  }
  return { task, notes: left.length === 0 ? [] : [`left behind of ${id}: ${left.join(", ")}`] };
}

/** null when it is gone, or there was none. */
function tryRemoveRun(runs: string, runId: number): string | null {
  try {
    return removeRunFolder(runs, runId) ? null : "something in it is not Kanbun's";
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? null : message;
  }
}
