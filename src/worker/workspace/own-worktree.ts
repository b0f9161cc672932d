import { existsSync, lstatSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Task } from "../../board/task.ts";
import { ForeignMounts } from "../../system/files/foreign-mounts.ts";
import { readRegularFile } from "../../system/files/regular-file.ts";
import { systemErrorCode } from "../../system/system-error.ts";

/** What stands in the HEAD of repositories that keep their references in tables. */
const elsewhere = ".invalid";

/**
 * Whether what stands at this path is the worktree of the task itself, from an earlier run. A submodule and a person's own
 * worktree have a file in the place of `.git` as well: named as the repository of a task, they are what its worktree is made from.
 */
export function isOwnWorktree(path: string, { id, branchName }: Pick<Task, "id" | "branchName">): boolean {
  const file = join(path, ".git");
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
  if (basename(path) === id && basename(dirname(path)) === ".worktrees") return true;
  // It was not made to its end.
  if (existsSync(`${path}.kanbun-making`)) return true;
  // Before its first run the branch is written down, also where none was given.
  return branchName !== null && [branchName, elsewhere].includes(readBranch(file) ?? "");
}

/** The branch that a worktree has checked out, read without git: this is under the dispatch lock (I12). */
function readBranch(gitFile: string): string | null {
  try {
    const [, folder = ""] = /^gitdir: (.+)\n?$/.exec(readRegularFile(gitFile)) ?? [];
    const head = resolve(dirname(gitFile), folder, "HEAD");
    if (ForeignMounts.read().mayHold(head)) return elsewhere;
    return /^ref: refs\/heads\/(.+)\n?$/.exec(readRegularFile(head))?.[1] ?? null;
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    return null;
  }
}
