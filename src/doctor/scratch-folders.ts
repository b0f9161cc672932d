import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isTaskId } from "../board/task.ts";
import type { BoardStore } from "../store/store.ts";

/** Scratch folders that Kanbun made for tasks which are not on the board any more. Reads only. */
export async function listLeftScratch(store: BoardStore, workspaces: string): Promise<readonly string[]> {
  const left: string[] = [];
  for (const taskId of listMarked(workspaces)) {
    const path = join(workspaces, taskId);
    if (existsSync(path) && (await store.getTask(taskId)) === null) left.push(path);
  }
  return left;
}

function listMarked(workspaces: string): string[] {
  try {
    return readdirSync(join(workspaces, ".kanbun-made")).filter(isTaskId).sort();
  } catch {
    return [];
  }
}
