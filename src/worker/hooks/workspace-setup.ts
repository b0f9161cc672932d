import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** By this file it is known that a workspace has been set up; it goes with the workspace. */
const markName = "kanbun-setup";

/** Whether a workspace of Kanbun's own was set up before. */
export function isSetUp(workspace: string): boolean {
  return existsSync(markPath(workspace));
}

export function markSetUp(workspace: string): void {
  writeFileSync(markPath(workspace), "");
}

/** In a worktree where git keeps its own: it shows in no status, and is gone with the worktree. */
function markPath(workspace: string): string {
  const git = join(workspace, ".git");
  if (lstatSync(git, { throwIfNoEntry: false })?.isFile() !== true) return join(workspace, `.${markName}`);
  const folder = /^gitdir: (.+)$/m.exec(readFileSync(git, "utf8"))?.[1];
  return folder === undefined ? join(workspace, `.${markName}`) : join(folder, markName);
}

/** Links what a repository has and its worktree lacks. @returns what was linked */
export function linkInto(workspace: string, repository: string, names: readonly string[]): readonly string[] {
  return names.filter((name) => {
    const target = join(repository, name);
    const path = join(workspace, name);
    const stats = lstatSync(target, { throwIfNoEntry: false });
    if (stats === undefined || lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false;
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path, stats.isDirectory() ? "junction" : "file");
    return true;
  });
}
