import { join, resolve } from "node:path";
import type { NewAttachment, Task } from "../../board/task.ts";
import type { BoardStore, By } from "../../store/store.ts";
import { currentFolder } from "../../system/files/current-folder.ts";
import { keepArtifacts } from "../../worker/workspace/artifacts.ts";
import { dropFiles } from "../../worker/workspace/kept-file.ts";
import type { Home } from "../session/home.ts";

/** Makes a move that keeps these files of the task's workspace: both, or nothing. @throws {BoardError} */
export async function moveWithArtifacts(
  home: Home,
  paths: readonly string[],
  { store, id, by }: { readonly store: BoardStore; readonly id: string; readonly by: By },
  move: (attachments: readonly NewAttachment[]) => Promise<Task>,
): Promise<Task> {
  const task = await store.requireTask(id);
  const workspace = (by.run ? home.env.KANBUN_WORKSPACE : null) || task.workspacePath || currentFolder();
  const attachments = keepArtifacts(
    paths.map((path) => resolve(currentFolder(), path)),
    { workspace, folder: join(home.place.paths.attachments, id) },
  );
  try {
    return await move(attachments);
  } catch (error) {
    dropFiles(attachments);
    throw error;
  }
}
