import { join, resolve } from "node:path";
import type { Task } from "../../board/task.ts";
import type { BoardStore, By, Verdict } from "../../store/store.ts";
import { currentFolder } from "../../system/files/current-folder.ts";
import { dropArtifacts, keepArtifacts } from "../../worker/workspace/artifacts.ts";
import type { Home } from "../session/home.ts";

/** Completes the task, and keeps these files of its workspace: both, or nothing. @throws {BoardError} */
export async function completeWithArtifacts(
  home: Home,
  paths: readonly string[],
  move: { readonly store: BoardStore; readonly id: string; readonly by: By; readonly verdict: Verdict },
): Promise<Task> {
  const { store, id, by, verdict } = move;
  const task = await store.requireTask(id);
  const workspace = (by.run ? home.env.KANBUN_WORKSPACE : null) || task.workspacePath || currentFolder();
  const attachments = keepArtifacts(
    paths.map((path) => resolve(currentFolder(), path)),
    { workspace, folder: join(home.place.paths.attachments, id) },
  );
  try {
    return await store.completeTask(id, { ...verdict, attachments }, by);
  } catch (error) {
    dropArtifacts(attachments);
    throw error;
  }
}
