import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { identifyProcess, probeProcess } from "../../../native-shims/index.ts";
import { hideFromGit } from "../../system/files/git-ignore.ts";
import { readRegularFile } from "../../system/files/regular-file.ts";
import { removeTree } from "../../system/files/remove-tree.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import type { Worktree } from "../shim/shim.ts";
import { workspaceFailure } from "../shim/workspace-script.ts";
import { excludeWorktree } from "./exclude-worktree.ts";
import { addWorktree, findRepositoryFault, listWorktrees } from "./git.ts";

/**
 * Makes a run's worktree, or leaves the one that is there. What a killed attempt
 * left behind is made anew, by the mark that each attempt leaves beside the folder until it is complete. Nothing of git's
 * is touched but this very worktree (I8).
 * @param log where it is said why there is none, after git's own words
 * @returns the exit code: 0, or one of `workspaceFailure`
 */
export function makeWorktree(worktree: Worktree, log: number): number {
  try {
    make(worktree, log);
    return 0;
  } catch (error) {
    const { message } = error as Error;
    const isOurs = error instanceof WorktreeFault;
    writeSync(log, isOurs ? `${message}\n` : `cannot make the worktree ${worktree.path}: ${message}\n`);
    return isOurs && error.isForGood ? workspaceFailure.forGood : workspaceFailure.once;
  }
}

class WorktreeFault extends Error {
  readonly isForGood: boolean;

  constructor(message: string, { isForGood = false } = {}) {
    super(message);
    this.isForGood = isForGood;
  }
}

function make({ path, repository, branch }: Worktree, log: number): void {
  const mark = new MakingMark(path);
  const wasLeft = mark.requireLeft();
  if (!wasLeft && existsSync(join(path, ".git"))) return;
  const fault = findRepositoryFault(repository, branch);
  if (fault !== null) throw new WorktreeFault(fault, { isForGood: true });
  if (wasLeft) discard(path);
  else requireRoom(path);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (basename(dirname(path)) === ".worktrees") hideFromGit(dirname(path));
  const known = requireBranchFree({ path, repository, branch });
  mark.leave();
  const isMade = addWorktree({ path, repository, branch }, { isKnown: known !== null, wasLeft, log });
  const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  // A hook that failed leaves a worktree behind that is not what its makers want: the next attempt makes it anew.
  if (isMade || !isThere) mark.remove();
  if (isMade) {
    if (basename(dirname(path)) !== ".worktrees") excludeWorktree(repository, path);
    return;
  }
  throw new WorktreeFault(
    isThere
      ? `git made the worktree ${path}, and a hook of ${repository} failed (post-checkout?); git said above why`
      : `git could not make the worktree ${path}; it said above why`,
  );
}

/** Git takes an empty folder as well as none. */
function requireRoom(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || (stats.isDirectory() && readdirSync(path).length === 0)) return;
  throw new WorktreeFault(`${path} exists and is not a worktree: it was not changed`, {
    isForGood: true,
  });
}

/** What its mark says was made by an attempt that came to no end. */
function discard(path: string): void {
  const left = removeTree(path);
  if (left !== null)
    throw new WorktreeFault(
      `the worktree ${path} was half made, and could not be removed: ${left.path}: ${left.reason}`,
    );
}

/** The entry that git has of this very path, from a folder that is gone; null where there is none. */
function requireBranchFree({ path, repository, branch }: Worktree) {
  const real = join(realpathSync(dirname(path)), basename(path));
  const worktrees = listWorktrees(repository);
  const other = worktrees.find((one) => resolve(one.path) !== real && one.branch === `refs/heads/${branch}`);
  if (other !== undefined && !existsSync(other.path))
    throw new WorktreeFault(
      `branch ${branch} belongs to the worktree ${other.path}, which is not there; ` +
        `if it is gone for good: git -C '${repository}' worktree remove --force '${other.path}'`,
    );
  if (other !== undefined)
    throw new WorktreeFault(`branch ${branch} is in use by the worktree ${other.path}`);
  return worktrees.find((one) => resolve(one.path) === real) ?? null;
}

/** Says beside a worktree's folder that it is not complete, and who is making it. */
class MakingMark {
  readonly #path: string;

  constructor(worktreePath: string) {
    this.#path = `${worktreePath}.kanbun-making`;
  }

  /** Whether someone who is gone by now left it. @throws {WorktreeFault} while someone is at it. */
  requireLeft(): boolean {
    const text = this.#read();
    if (text === null) return false;
    const [, pid = "", startTime = ""] = /^(\d+) (\S*)\n$/.exec(text) ?? [];
    // A mark that is not complete was left before anything was made.
    if (pid !== "" && probeProcess({ pid: Number(pid), startTime }) === "alive")
      throw new WorktreeFault(`process ${pid} is making this worktree just now (${this.#path})`);
    return true;
  }

  leave(): void {
    rmSync(this.#path, { force: true });
    const fd = openSync(this.#path, "wx", 0o600);
    try {
      writeSync(fd, `${process.pid} ${identifyProcess(process.pid)?.startTime ?? ""}\n`);
    } finally {
      closeSync(fd);
    }
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }

  #read(): string | null {
    try {
      return readRegularFile(this.#path);
    } catch (error) {
      if (systemErrorCode(error) === "ENOENT" || systemErrorCode(error) === "ENOTDIR") return null;
      throw error;
    }
  }
}
