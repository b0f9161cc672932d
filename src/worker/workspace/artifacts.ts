import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, extname, isAbsolute, join, relative, resolve } from "node:path";
import { BoardError } from "../../board/error.ts";
import type { NewAttachment } from "../../board/task.ts";
import { systemErrorCode } from "../../system/system-error.ts";

/** As much as other programs of the format keep of one file. */
const artifactBytesMax = 25 * 1024 * 1024;

/**
 * Copies the files that a worker hands over to the task's attachments, where they outlive its workspace.
 * @param paths absolute, or relative to the workspace
 * @returns what to write on the board; whoever doesn't write it removes the copies with `dropArtifacts`
 * @throws {BoardError} usage for what is no file in the workspace, also by way of a link, or is larger than 25 MiB
 */
export function keepArtifacts(
  paths: readonly string[],
  { workspace, folder }: { readonly workspace: string; readonly folder: string },
): NewAttachment[] {
  const kept: NewAttachment[] = [];
  try {
    for (const path of paths) kept.push(keepOne(requireInside(path, workspace), path, folder));
    return kept;
  } catch (error) {
    dropArtifacts(kept);
    throw error;
  }
}

export function dropArtifacts(kept: readonly NewAttachment[]): void {
  for (const { storedPath } of kept) rmSync(storedPath, { force: true });
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
    throw new BoardError("usage", `cannot read the artifact ${given}: ${systemErrorCode(error) ?? error}`, {
      cause: error,
    });
  }
}

function keepOne(real: string, path: string, folder: string): NewAttachment {
  const { size } = requireFile(real, path);
  if (size > artifactBytesMax)
    throw new BoardError(
      "usage",
      `the artifact ${path} has ${size} bytes; at most ${artifactBytesMax} are kept`,
    );
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const filename = safeName(real);
  const storedPath = freePath(folder, filename);
  copyFileSync(real, storedPath, constants.COPYFILE_EXCL);
  return {
    filename: basename(storedPath),
    storedPath,
    contentType: null,
    sizeBytes: statSync(storedPath).size,
  };
}

/** Opened without waiting: a FIFO has no end. */
function requireFile(real: string, path: string) {
  const fd = openSync(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
  try {
    const stats = fstatSync(fd);
    if (stats.isFile()) return stats;
    throw new BoardError("usage", `the artifact ${path} is not a file`, {
      hint: "pack a folder into one file",
    });
  } finally {
    closeSync(fd);
  }
}

/** Letters, digits and a few signs, no leading dot, at most 120 characters. */
function safeName(path: string): string {
  const name = basename(path)
    .replace(/[^\p{L}\p{N}._ -]/gu, "_")
    .replace(/^[. -]+/, "_");
  const end = extname(name).slice(0, 20);
  return name.length <= 120 ? name : `${name.slice(0, 120 - end.length)}${end}`;
}

function freePath(folder: string, filename: string): string {
  const end = extname(filename);
  const stem = filename.slice(0, filename.length - end.length);
  for (let number = 1; ; number++) {
    const path = join(folder, number === 1 ? filename : `${stem}-${number}${end}`);
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return path;
  }
}
