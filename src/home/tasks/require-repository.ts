import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { BoardError } from "../../board/error.ts";
import type { NewTask } from "../../board/task.ts";
import { ForeignMounts } from "../../system/files/foreign-mounts.ts";
import { readBoardMetadata } from "../../system/home/board-metadata.ts";
import type { Place } from "../session/place.ts";

/**
 * Refuses a task whose worktree could be made of nothing: a run would only find that out.
 * @throws {BoardError} usage where neither the task names a repository nor the board has one, or where there is none
 */
export function requireRepository(
  { paths, board }: Pick<Place, "paths" | "board">,
  { workspaceKind, workspacePath = null }: Pick<NewTask, "workspaceKind" | "workspacePath">,
): void {
  if (workspaceKind !== "worktree") return;
  const path = workspacePath ?? readBoardMetadata(paths)?.defaultWorkdir ?? null;
  if (path === null)
    throw new BoardError("usage", "no repository to make a worktree from", {
      hint: `name one, as in --workspace worktree:., or for all: \`kanbun boards set-default-workdir ${board} .\``,
    });
  // A look there may wait forever (I12).
  if (ForeignMounts.read().mayHold(path)) return;
  if (!isInRepository(path))
    throw new BoardError("usage", `${path} is no git repository, and is in none`, {
      hint: "name the folder that has `.git` in it: --workspace worktree:<repository>",
    });
}

function isInRepository(path: string): boolean {
  return existsSync(join(path, ".git")) || (dirname(path) !== path && isInRepository(dirname(path)));
}
