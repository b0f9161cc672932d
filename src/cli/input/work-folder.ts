import { existsSync, realpathSync, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { BoardError } from "../../board/error.ts";
import type { NewTask } from "../../board/task.ts";
import { currentFolder } from "../../system/files/current-folder.ts";
import { systemErrorCode } from "../../system/system-error.ts";

type WorkPlace = Required<Pick<NewTask, "workspaceKind" | "workspacePath">>;

/**
 * The real path of the folder that `path` names from the current folder on, for a task that is to work in it.
 * @throws {BoardError} usage when no folder is there: a task would fail at each try
 */
export function requireWorkFolder(path: string): string {
  const folder = resolveFromHere(path);
  try {
    if (statSync(folder).isDirectory()) return realpathSync(folder);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === null) throw error;
    const isMissing = ["ENOENT", "ENOTDIR"].includes(code);
    throw usage(isMissing ? `there is no folder ${folder}` : `${folder} cannot be used: ${code}`);
  }
  throw usage(`${folder} is not a folder`);
}

/** `path` from the current folder on. The current folder is not asked for without need: it may be gone. */
export function resolveFromHere(path: string): string {
  return /^([A-Za-z]:)?[\\/]/.test(path) ? resolve(path) : resolve(currentFolder(), path);
}

/**
 * Where a command that was typed here runs: in the current folder. A worker in its scratch folder, below `home`, gets
 * another scratch folder for the new task, because its own is removed when it is done.
 */
export function workPlaceHere(home: string): WorkPlace {
  const here = requireWorkFolder(currentFolder());
  const boards = join(home, "kanban");
  const isOurs = existsSync(boards) && here.startsWith(join(realpathSync(boards), sep));
  return isOurs
    ? { workspaceKind: "scratch", workspacePath: null }
    : { workspaceKind: "dir", workspacePath: here };
}

function usage(message: string): BoardError {
  return new BoardError("usage", message, {
    hint: "make the folder first, or name another one; `--workspace scratch` gives the task an empty folder",
  });
}
