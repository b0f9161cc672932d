import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isTaskId } from "../board/task.ts";
import type { BoardStore } from "../store/store.ts";

export interface LeftScratch {
  /** Of tasks which are not on the board any more. */
  readonly ofGone: readonly string[];
  /** Of tasks that are done, and that no process works on: the dispatcher removes them if it can. */
  readonly ofDone: readonly string[];
  /** Of tasks that were cancelled: what is in them may be all that is left of the work, and no one removes them. */
  readonly ofCancelled: readonly string[];
}

/**
 * Scratch folders that Kanbun made and that nothing needs any more, by their marks and not by what the board was told.
 * Reads only.
 * @throws the system's error for a folder of marks that can't be read.
 */
export async function listLeftScratch(store: BoardStore, workspaces: string): Promise<LeftScratch> {
  const ofGone: string[] = [];
  const ofDone: string[] = [];
  const ofCancelled: string[] = [];
  const live = new Set((await store.listLiveRuns()).map((run) => run.taskId));
  for (const taskId of listMarked(workspaces)) {
    const path = join(workspaces, taskId);
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) continue;
    const task = await store.getTask(taskId);
    if (task === null) ofGone.push(path);
    else if (!isOver(task.status) || live.has(taskId)) continue;
    else (task.completedAtMs === null ? ofCancelled : ofDone).push(path);
  }
  return { ofGone, ofDone, ofCancelled };
}

function isOver(status: string): boolean {
  return status === "done" || status === "archived";
}

function listMarked(workspaces: string): string[] {
  try {
    return readdirSync(join(workspaces, ".kanbun-made")).filter(isTaskId).sort();
  } catch {
    // None yet, or a folder that can't be read, which the check of the home's files names.
    return [];
  }
}
