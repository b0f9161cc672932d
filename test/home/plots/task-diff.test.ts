import { beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Task } from "../../../src/board/task.ts";
import { readTaskDiff } from "../../../src/home/plots/task-diff.ts";
import { makeTestHome } from "../../support/home.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";

let repository: string;
let worktree: string;

function git(folder: string, ...args: readonly string[]): string {
  const { success, stdout, stderr } = Bun.spawnSync([
    "git",
    "-C",
    folder,
    ...["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"],
    ...args,
  ]);
  if (!success) throw new Error(stderr.toString());
  return stdout.toString().trim();
}

const taskOf = (parts: Partial<Task> = {}) =>
  ({
    id: "t_00000001",
    workspaceKind: "worktree",
    workspacePath: worktree,
    branchName: "wt/t_00000001",
    ...parts,
  }) as Task;

beforeEach(() => {
  repository = join(makeTestHome(), "repository");
  mkdirSync(repository);
  git(repository, "init", "--quiet", "--initial-branch=main");
  writeFileSync(join(repository, "kept.txt"), "one\ntwo\n");
  writeFileSync(join(repository, "moved.txt"), "a long enough text that is found again\n".repeat(5));
  git(repository, "add", ".");
  git(repository, "commit", "--quiet", "-m", "first");
  worktree = join(repository, ".worktrees", "t_00000001");
  git(repository, "worktree", "add", "--quiet", "-b", "wt/t_00000001", worktree);
});

test.skipIf(lacksOnWindows("git"))(
  "a diff has what is committed and what is not, and files of any name",
  async () => {
    const hostile = process.platform === "win32" ? "--output=x" : '--output=x\n"\t\x1b[2Jé';
    writeFileSync(join(worktree, hostile), "new\n");
    writeFileSync(join(worktree, "picture.bin"), new Uint8Array([0, 1, 2, 0]));
    git(worktree, "mv", "moved.txt", "renamed.txt");
    git(worktree, "add", ".");
    git(worktree, "commit", "--quiet", "-m", "work");
    writeFileSync(join(worktree, "kept.txt"), "one\n2\nthree\n");
    writeFileSync(join(worktree, "not added.txt"), "x\n");
    // On the other side: no part of it.
    writeFileSync(join(repository, "elsewhere.txt"), "x\n");
    git(repository, "add", "elsewhere.txt");
    git(repository, "commit", "--quiet", "-m", "beside it");
    const diff = await readTaskDiff(taskOf());
    const change = (path: string) => {
      const file = diff.files.find((one) => one.path === path);
      return [file?.change, file?.additions, file?.deletions];
    };
    expect(change(hostile)).toEqual(["added", 1, 0]);
    expect(change("picture.bin")).toEqual(["added", null, null]);
    expect(change("renamed.txt")).toEqual(["renamed", 0, 0]);
    expect(change("kept.txt")).toEqual(["modified", 2, 1]);
    expect(change("not added.txt")).toEqual(["untracked", null, null]);
    expect(diff.files).toHaveLength(5);
    expect(diff.patch).toContain("+three");
    expect(diff.patch).not.toContain("elsewhere");
    expect(diff.patch).not.toContain("\x1b");
    expect(existsSync(join(worktree, "x"))).toBe(false);
  },
);

test.skipIf(lacksOnWindows("git"))(
  "a diff runs no program that the repository's configuration names, and writes nothing",
  async () => {
    const touched = join(repository, "ran");
    const command = `sh -c 'echo x > "${touched}"'`;
    git(worktree, "config", "diff.external", command);
    git(worktree, "config", "core.fsmonitor", command);
    git(worktree, "config", "diff.shown.textconv", command);
    writeFileSync(join(worktree, ".gitattributes"), "* diff=shown\n");
    writeFileSync(join(worktree, "kept.txt"), "changed\n");
    await readTaskDiff(taskOf());
    expect(existsSync(touched)).toBe(false);
  },
);

test.skipIf(lacksOnWindows("git"))("a large diff is cut where a line ends", async () => {
  writeFileSync(join(worktree, "kept.txt"), "a line of some length, that is there often\n".repeat(50_000));
  const diff = await readTaskDiff(taskOf());
  expect(diff.isCut).toBe(true);
  expect(diff.patch.length).toBeLessThanOrEqual(1024 * 1024);
  expect(diff.patch.endsWith("\n")).toBe(true);
});

test.skipIf(lacksOnWindows("git"))(
  "what is merged is still told, and what a branch has whose worktree is gone",
  async () => {
    git(worktree, "mv", "moved.txt", "renamed.txt");
    git(worktree, "commit", "--quiet", "-m", "work");
    git(repository, "merge", "--quiet", "--no-edit", "wt/t_00000001");
    expect((await readTaskDiff(taskOf())).files.map(({ path }) => path)).toContain("renamed.txt");
    git(repository, "worktree", "remove", "--force", worktree);
    const diff = await readTaskDiff(taskOf());
    expect(diff.isGone).toBe(true);
    expect(diff.files.map(({ path }) => path)).toContain("renamed.txt");
    git(repository, "branch", "-D", "wt/t_00000001");
    expect(readTaskDiff(taskOf())).rejects.toThrow("there is no branch wt/t_00000001");
  },
);

test.skipIf(lacksOnWindows("git"))("a task without a worktree has no diff", () => {
  expect(readTaskDiff(taskOf({ workspaceKind: "scratch" }))).rejects.toThrow("has no worktree");
  expect(readTaskDiff(taskOf({ workspacePath: null }))).rejects.toThrow("no worktree yet");
});
