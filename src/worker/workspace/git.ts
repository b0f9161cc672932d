import type { Worktree } from "../shim/shim.ts";

/** A worktree as git has it on record; its folder may be gone. */
export interface KnownWorktree {
  readonly path: string;
  /** As `refs/heads/topic`; null where it has none checked out. */
  readonly branch: string | null;
}

/** Why no worktree can ever be made there, in words for people; null where nothing speaks against it. */
export function findRepositoryFault(repository: string, branch: string): string | null {
  if (Bun.which("git") === null) return "git is not installed, or not in the PATH of this worker";
  const inside = ask(repository, "rev-parse", "--git-dir");
  // So it says in every language, with what to type.
  if (inside.stderr.includes("safe.directory"))
    return `${repository} belongs to another user, so that git doesn't use it; if you trust it: git config --global --add safe.directory '${repository}'`;
  if (!inside.success) return `no git repository: ${repository}\n${inside.stderr}`;
  if (ask(repository, "check-ref-format", "--branch", branch).success === false)
    return `not a branch name: ${branch}`;
  const hasCommit = ask(repository, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").success;
  if (hasCommit || hasBranch(repository, branch)) return null;
  return ask(repository, "rev-parse", "--verify", "--quiet", "HEAD").success
    ? `the repository ${repository} is damaged: its last commit can't be read; git -C '${repository}' fsck says more`
    : `the repository ${repository} has no commit yet, so that there is nothing to check out: commit something first`;
}

export function listWorktrees(repository: string): readonly KnownWorktree[] {
  const { stdout } = ask(repository, "worktree", "list", "--porcelain");
  return stdout.split("\n\n").flatMap((entry) => {
    const value = (key: string) =>
      entry
        .split("\n")
        .find((line) => line.startsWith(`${key} `))
        ?.slice(key.length + 1) ?? null;
    const path = value("worktree");
    return path === null ? [] : [{ path, branch: value("branch") }];
  });
}

/**
 * `git worktree add`, with its branch where that is new.
 * @param known.isKnown git has a worktree of this very path on record whose folder is gone: it is written over
 * @param known.wasLeft and that one is ours, not made to its end: then also where git's own mark says that it is at it
 */
export function addWorktree(
  { path, repository, branch }: Worktree,
  known: { readonly isKnown: boolean; readonly wasLeft: boolean; readonly log: number },
): boolean {
  const force = [
    ...(known.isKnown ? ["--force"] : []),
    ...(known.isKnown && known.wasLeft ? ["--force"] : []),
  ];
  const what = hasBranch(repository, branch) ? [path, branch] : ["-b", branch, path];
  return Bun.spawnSync(["git", "-C", repository, "worktree", "add", "--quiet", ...force, ...what], {
    stdio: ["ignore", known.log, known.log],
    windowsHide: true,
  }).success;
}

function hasBranch(repository: string, branch: string): boolean {
  return ask(repository, "show-ref", "--verify", "--quiet", `refs/heads/${branch}`).success;
}

/** What `git rev-parse` answers; null: no repository. */
export function findInGit(repository: string, ...question: readonly string[]): string | null {
  const { success, stdout } = ask(repository, "rev-parse", ...question);
  return success ? stdout.replace(/\r?\n$/, "") : null;
}

function ask(repository: string, ...args: readonly string[]) {
  const { success, stdout, stderr } = Bun.spawnSync(["git", "-C", repository, ...args], {
    stdin: "ignore",
    windowsHide: true,
  });
  return { success, stdout: stdout.toString(), stderr: stderr.toString().trim() };
}

/** Why a worktree is not clean, in words for people; null where all of it is committed. Files that git ignores don't count. */
export function describeChanges(worktree: string): string | null {
  const { success, stdout, stderr } = ask(worktree, "status", "--porcelain");
  if (!success) return `git cannot tell what is in it: ${stderr}`;
  return stdout === "" ? null : "it has changes that are not committed";
}

/** Strikes off a worktree whose folder is gone, and no other one. */
export function forgetWorktree(repository: string, path: string): void {
  ask(repository, "worktree", "remove", "--force", path);
}
