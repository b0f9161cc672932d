import { appendFileSync, mkdirSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { readRegularFile } from "../../system/files/regular-file.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { findInGit } from "./git.ts";

/**
 * Keeps a worktree that lies in its repository's own folder out of what git says of that, by a line in `info/exclude`, which
 * is not shared with anyone. Where none can be written git shows the folder: the work goes on.
 */
export function excludeWorktree(repository: string, path: string): void {
  const top = findInGit(repository, "--show-toplevel");
  const exclude = findInGit(repository, "--git-path", "info/exclude");
  if (top === null || exclude === null) return;
  const inside = relative(
    realpathSync(top),
    join(realpathSync(dirname(path)), path.slice(dirname(path).length)),
  );
  if (inside === "" || inside.startsWith("..") || resolve(inside) === inside) return;
  const line = `/${inside
    .split(sep)
    .join("/")
    .replace(/[\\*?[\]]/g, "\\$&")}/`;
  const file = resolve(repository, exclude);
  try {
    mkdirSync(dirname(file), { recursive: true });
    const before = readIfAny(file);
    if (before.split("\n").includes(line)) return;
    appendFileSync(file, `${before === "" || before.endsWith("\n") ? "" : "\n"}${line}\n`);
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
  }
}

function readIfAny(path: string): string {
  try {
    return readRegularFile(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return "";
    throw error;
  }
}
