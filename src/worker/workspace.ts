import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Task } from "../board/task.ts";
import { inFolder } from "../system/in-folder.ts";
import { removeTree } from "../system/remove-tree.ts";
import { systemErrorCode } from "../system/system-error.ts";
import type { Worktree } from "./shim.ts";
import { SpawnError } from "./spawn-error.ts";

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
  switch (task.workspaceKind) {
    case "scratch":
      return prepareScratch(task, folders.workspaces);
    case "dir":
      return { path: requireFolder(task), scratchPath: null, worktree: null };
    case "worktree":
      return describeWorktree(task, folders.defaultWorkdir);
  }
}

/**
 * Removes a scratch folder, if it still is the very folder that was made: same place, same inode, no link.
 * True when nothing of it is left.
 */
export function removeScratch({
  path,
  taskId,
  workspaces,
}: {
  path: string;
  taskId: string;
  workspaces: string;
}): boolean {
  const mark = markPath(workspaces, taskId);
  if (resolve(path) !== join(resolve(workspaces), taskId) || !isMarkedAsOurs(path, mark))
    return !existsSync(path);
  try {
    if (!removeEmpty(path)) removeTree(path);
  } catch (error) {
    // Windows removes nothing that somebody looks at, such as a scanner: a later tick will.
    if (process.platform === "win32" && systemErrorCode(error) !== null) return false;
    throw error;
  }
  removeMark(mark);
  return true;
}

/** Outside of the lock another dispatcher may be at the same: who comes second finds it gone. */
function removeMark(mark: string): void {
  try {
    unlinkSync(mark);
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw error;
  }
}

/** As a rule nothing is left in it: then this is all. */
function removeEmpty(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

function prepareScratch(task: Task, workspaces: string): Workspace {
  // A path that another program chose is used, but what we did not make we will not remove.
  if (task.workspacePath !== null) return { path: requireFolder(task), scratchPath: null, worktree: null };
  const path = join(workspaces, task.id);
  const mark = markPath(workspaces, task.id);
  try {
    inFolder(workspaces, () => mkdirSync(path));
    writeMark(mark, path);
    return { path, scratchPath: path, worktree: null };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST")
      throw new SpawnError(`cannot make the workspace ${path}: ${message}`, { again: "later", cause: error });
    return { path, scratchPath: isMarkedAsOurs(path, mark) ? path : null, worktree: null };
  }
}

/** A folder that cannot be marked would stay for ever: it goes again, empty as it still is. */
function writeMark(mark: string, path: string): void {
  try {
    inFolder(dirname(mark), () => writeIdentity(mark, identityOf(path)));
  } catch (error) {
    rmdirSync(path);
    throw error;
  }
}

/** On Windows only some may make one. */
const hasLinks = process.platform !== "win32";

/** As what a link leads to: in most file systems that takes no block, and no write of its own. */
function writeIdentity(mark: string, identity: string): void {
  try {
    if (hasLinks) {
      symlinkSync(identity, mark);
      return;
    }
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") throw error; // no folder yet
  }
  // A mark of an earlier folder is there, or there are no links here. One that is a link must not be written through.
  rmSync(mark, { force: true });
  writeFileSync(mark, identity);
}

/** Beside the workspaces, not inside: a mark that a worker could move along with a folder would prove nothing. */
function markPath(workspaces: string, taskId: string): string {
  return join(workspaces, ".kanbun-made", taskId);
}

function isMarkedAsOurs(path: string, mark: string): boolean {
  try {
    return lstatSync(path).isDirectory() && readIdentity(mark) === identityOf(path);
  } catch {
    return false;
  }
}

function readIdentity(mark: string): string {
  try {
    if (hasLinks) return readlinkSync(mark);
  } catch {
    // None, or a file.
  }
  return readFileSync(mark, "utf8").trimEnd();
}

/**
 * The folder itself, not its name: device, inode, and when it was born where the file system knows it. The numbers of
 * Windows are too long for a double, and say themselves how often they were given away.
 */
function identityOf(path: string): string {
  if (process.platform === "win32") {
    const exact = lstatSync(path, { bigint: true });
    return `${exact.dev} ${exact.ino}`;
  }
  const { dev, ino, birthtimeMs } = lstatSync(path);
  return `${dev} ${ino} ${birthtimeMs}`;
}

function requireFolder(task: Task): string {
  const path = task.workspacePath ?? "";
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new SpawnError(`no such directory: ${path}`, { again: "never" });
  if (!stats.isDirectory() && !stats.isSymbolicLink())
    throw new SpawnError(`not a directory: ${path}`, { again: "never" });
  return path;
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
  const isRepository = given === null || existsSync(join(given, ".git"));
  const repository = isRepository ? (given ?? defaultWorkdir ?? "") : nearestExisting(dirname(given));
  // A path that is a worktree already is one from an earlier run of this task; its `.git` is a file.
  const isWorktree =
    given !== null && lstatSync(join(given, ".git"), { throwIfNoEntry: false })?.isFile() === true;
  const path = isRepository && !isWorktree ? join(repository, ".worktrees", task.id) : (given ?? "");
  return { path, scratchPath: null, worktree: { path, repository, branch } };
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
