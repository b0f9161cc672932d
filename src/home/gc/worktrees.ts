import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { BoardStore } from "../../store/store.ts";
import { removeTree } from "../../system/files/remove-tree.ts";
import { sizeOfTree } from "../../system/files/tree-size.ts";
import { describeChanges, forgetWorktree, listWorktrees } from "../../worker/workspace/git.ts";

/** A worktree of a task that was archived long ago. */
export interface OldWorktree {
  readonly path: string;
  readonly repository: string;
  readonly sizeBytes: number;
  /** Why it is not for us to remove; null when it is. */
  readonly obstacle: string | null;
}

/**
 * Those that Kanbun makes by itself: `.worktrees/<task>` of a repository. One that a task named is its user's. What is not
 * committed keeps a worktree, and so does whatever else git doesn't call clean; commits are on their branch, which stays.
 */
export async function listOldWorktrees(
  store: BoardStore,
  { worktreesMs, nowMs }: { readonly worktreesMs: number | null; readonly nowMs: number },
): Promise<readonly OldWorktree[]> {
  if (worktreesMs === null) return [];
  const archived = await store.listArchivedWorktrees(nowMs - worktreesMs);
  return archived.flatMap(({ taskId, path }) => {
    const parent = dirname(path);
    if (basename(path) !== taskId || basename(parent) !== ".worktrees") return [];
    if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return [];
    const repository = dirname(parent);
    return [{ path, repository, sizeBytes: sizeOfTree(path), obstacle: findObstacle(path, repository) }];
  });
}

/** Looks again first; why it is still there, null when it is gone. */
export function removeOldWorktree({ path, repository }: OldWorktree): string | null {
  const obstacle = findObstacle(path, repository);
  if (obstacle !== null) return obstacle;
  const left = removeTree(path);
  if (left !== null) return `${left.path}: ${left.reason}`;
  forgetWorktree(repository, path);
  return null;
}

function findObstacle(path: string, repository: string): string | null {
  const real = join(realpathSync(dirname(path)), basename(path));
  if (!listWorktrees(repository).some((one) => one.path === real)) return "git knows no worktree there";
  return describeChanges(path);
}
