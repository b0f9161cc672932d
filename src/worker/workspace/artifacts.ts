import { realpathSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { BoardError } from "../../board/error.ts";
import type { NewAttachment } from "../../board/task.ts";
import { whyUnreadable } from "../../system/files/why-unreadable.ts";
import { dropFiles, keepFile } from "./kept-file.ts";

/**
 * Copies the files that a worker hands over to the task's attachments, where they outlive its workspace.
 * @param paths absolute, or relative to the workspace
 * @returns what to write on the board; a caller that doesn't write it removes the copies with `dropFiles`
 * @throws {BoardError} usage for what is no file in the workspace, also by way of a link, or is larger than 25 MiB
 */
export function keepArtifacts(
  paths: readonly string[],
  { workspace, folder }: { readonly workspace: string; readonly folder: string },
): NewAttachment[] {
  const kept: NewAttachment[] = [];
  try {
    for (const path of paths)
      kept.push(keepFile(requireInside(path, workspace), path, { folder, noun: "artifact" }));
    return kept;
  } catch (error) {
    dropFiles(kept);
    throw error;
  }
}

/** The file itself, every link resolved. */
function requireInside(path: string, workspace: string): string {
  const real = realOf(isAbsolute(path) ? path : resolve(workspace, path), path);
  const below = relative(realOf(workspace, workspace), real);
  if (below === "" || below.startsWith("..") || isAbsolute(below))
    throw new BoardError("usage", `${path} is not in the workspace ${workspace}`, {
      hint: "an artifact is a file that the task's worker left in its workspace",
    });
  return real;
}

function realOf(path: string, given: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw new BoardError("usage", `cannot read the artifact ${given}: ${whyUnreadable(error)}`, {
      cause: error,
    });
  }
}
