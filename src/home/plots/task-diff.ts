import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { BoardError } from "../../board/error.ts";
import type { Task } from "../../board/task.ts";
import { isOwnWorktree } from "../../worker/workspace/own-worktree.ts";
import { GitFault, readWorktreeDiff, type WorktreeDiff } from "../../worker/workspace/worktree-diff.ts";

export interface TaskDiff extends WorktreeDiff {
  readonly taskId: string;
  readonly branch: string;
  readonly worktree: string;
  /** The worktree is gone: what its branch has is told. */
  readonly isGone: boolean;
}

/**
 * What a task's worktree has that its base has not. Takes no lock and opens no board: git may take seconds.
 * @throws {BoardError} unsupported where git can't tell, not_found before there is a worktree, busy where git takes too long
 */
export async function readTaskDiff(task: Task): Promise<TaskDiff> {
  const { id, workspaceKind, workspacePath: path } = task;
  if (workspaceKind !== "worktree")
    throw new BoardError("unsupported", `${id} has no worktree`, {
      hint: "only tasks with --workspace worktree have one",
    });
  const isWorktree = path !== null && isOwnWorktree(path, task);
  // It is named so when it is made; what is elsewhere is its user's, and can't be found again when it is gone.
  const wasOurs =
    path !== null &&
    basename(dirname(path)) === ".worktrees" &&
    existsSync(join(dirname(dirname(path)), ".git"));
  if (path === null || (!isWorktree && !wasOurs))
    throw new BoardError("not_found", `${id} has no worktree yet, or no longer`, {
      hint: "it is made when the task is started",
    });
  const branch = task.branchName ?? `wt/${id}`;
  try {
    const worktree = isWorktree ? path : null;
    const diff = await readWorktreeDiff({
      repository: isWorktree ? path : dirname(dirname(path)),
      worktree,
      branch,
    });
    return { taskId: id, branch, worktree: path, isGone: !isWorktree, ...diff };
  } catch (error) {
    if (!(error instanceof GitFault)) throw error;
    throw new BoardError(error.didTimeOut ? "busy" : "unsupported", error.message, { cause: error });
  }
}
