import { existsSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve, sep } from "node:path";
import type { Task } from "../../board/task.ts";
import { printable } from "../../system/text/printable.ts";
import type { Worktree } from "../shim/shim.ts";
import { SpawnError } from "../spawn/spawn-error.ts";
import { isOwnWorktree } from "./own-worktree.ts";
import { ScratchFolder } from "./scratch-folder.ts";

/** Where a worker works. */
export interface Workspace {
  readonly path: string;
  /** A folder that Kanbun made and marked, and may therefore remove once the task is completed; else null. */
  readonly scratchPath: string | null;
  readonly worktree: Worktree | null;
}

export interface WorkspaceFolders {
  /** The board's folder of scratch workspaces. */
  readonly workspaces: string;
  /** The repository that worktrees are made from when the task names none; from the board's metadata. */
  readonly defaultWorkdir: string | null;
}

/**
 * The task's workspace, made if it is a scratch folder. A worktree is only described here: git may take long.
 * @throws {SpawnError} when it cannot be made or used.
 */
export function prepareWorkspace(task: Task, folders: WorkspaceFolders): Workspace {
  requireFolderName(task.id);
  switch (task.workspaceKind) {
    case "scratch":
      return prepareScratch(task, folders.workspaces);
    case "dir":
      return { path: requirePath(task), scratchPath: null, worktree: null };
    case "worktree":
      return describeWorktree(task, folders.defaultWorkdir);
  }
}

/** Another program may call its tasks anything: folders and branches are named after them. */
function requireFolderName(id: string): void {
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(id)) return;
  throw new SpawnError(`the task's id, ${printable(JSON.stringify(id))}, cannot be the name of a folder`, {
    again: "never",
  });
}

function prepareScratch(task: Task, workspaces: string): Workspace {
  const folder = new ScratchFolder(workspaces, task.id);
  const given = task.workspacePath;
  // By name alone: the home may have been moved since it was written down, or be reached by another name.
  if (given !== null && basename(given) !== task.id) {
    if (isBelow(given, workspaces))
      throw new SpawnError(`${given} is not the scratch folder of ${task.id}`, { again: "never" });
    // A path that another program chose elsewhere is used, but what we did not make we will not remove.
    return { path: requirePath(task), scratchPath: null, worktree: null };
  }
  try {
    return { path: folder.path, scratchPath: folder.make() ? folder.path : null, worktree: null };
  } catch (error) {
    throw new SpawnError(`cannot make the workspace ${folder.path}: ${(error as Error).message}`, {
      again: "later",
      cause: error,
    });
  }
}

/** What is there the shim says: a look at a user's path may wait forever, and this is under the dispatch lock (I12). */
function requirePath({ workspacePath }: Task): string {
  if (workspacePath !== null && isAbsolute(workspacePath)) return workspacePath;
  throw new SpawnError(`the workspace needs an absolute path, not "${workspacePath ?? ""}"`, {
    again: "never",
  });
}

function isBelow(path: string, folder: string): boolean {
  return resolve(path).startsWith(join(resolve(folder), sep));
}

function describeWorktree(task: Task, defaultWorkdir: string | null): Workspace {
  const branch = task.branchName ?? `wt/${task.id}`;
  if (branch.startsWith("-")) throw new SpawnError(`not a branch name: ${branch}`, { again: "never" });
  const given = task.workspacePath;
  if (given === null && defaultWorkdir === null)
    throw new SpawnError(
      "no repository to make a worktree from: give the task --workspace worktree:/path/to/repository, or the board a default_workdir",
      { again: "never" },
    );
  const isOwn = given !== null && isOwnWorktree(given, task);
  const isRepository = !isOwn && (given === null || existsSync(join(given, ".git")));
  const repository =
    isOwn || isRepository ? (given ?? defaultWorkdir ?? "") : nearestExisting(dirname(given ?? ""));
  // It is recorded as the task's path from its first run on; what is half made there can't be asked for itself.
  const isOurs = isOwn && basename(dirname(given)) === ".worktrees";
  const path = isRepository ? join(repository, ".worktrees", task.id) : (given ?? "");
  return {
    path,
    scratchPath: null,
    worktree: { path, repository: isOurs ? dirname(dirname(given)) : repository, branch },
  };
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
