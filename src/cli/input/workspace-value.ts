import { BoardError } from "../../board/error.ts";
import type { WorkspaceKind } from "../../board/task.ts";
import { requireWorkFolder, resolveFromHere } from "./work-folder.ts";

/** What `--workspace` says; a path is one from the current folder on. @throws {BoardError} usage */
export function readWorkspace(text: string): {
  workspaceKind: WorkspaceKind;
  workspacePath: string | null;
} {
  const [, kind, path = ""] = /^(scratch|worktree|dir)(?::(.*))?$/s.exec(text) ?? [];
  if (kind === undefined)
    throw new BoardError("usage", `there is no workspace ${JSON.stringify(text)}`, {
      hint: "use dir:<folder>, scratch, worktree or worktree:<repository>",
    });
  return { workspaceKind: kind as WorkspaceKind, workspacePath: readPath(kind, path) };
}

/** From the current folder on. A worktree may be one that is yet to be made. */
function readPath(kind: string, path: string): string | null {
  if (path === "") return null;
  if (kind === "dir") return requireWorkFolder(path);
  return kind === "worktree" ? resolveFromHere(path) : path;
}
