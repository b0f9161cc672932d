import { readGit } from "./git-output.ts";

/** A file that differs. */
interface ChangedFile {
  readonly path: string;
  /** Of one that was renamed or copied; else null. */
  readonly oldPath: string | null;
  readonly change:
    | "added"
    | "modified"
    | "deleted"
    | "renamed"
    | "copied"
    | "type_changed"
    | "unmerged"
    | "untracked";
  /** In lines; null for what is no text, and for what git does not know yet. */
  readonly additions: number | null;
  readonly deletions: number | null;
}

/** What a branch has that its base has not. */
export interface WorktreeDiff {
  readonly baseCommit: string;
  readonly headCommit: string;
  readonly files: readonly ChangedFile[];
  /** As `git diff` has it, whole lines. */
  readonly patch: string;
  /** There is more than files, or the patch, tell. */
  readonly isCut: boolean;
}

/** Why git can't tell. */
export class GitFault extends Error {
  readonly didTimeOut: boolean;

  constructor(message: string, { didTimeOut = false } = {}) {
    super(message);
    this.didTimeOut = didTimeOut;
  }
}

const patchBytesMax = 1024 * 1024;
const namesBytesMax = 1024 * 1024;
const filesMax = 2_000;
/** Of all commands together some of it is used up by each. */
const timeoutMs = 15_000;

/** What each letter of `git diff --raw` means. */
const changes: Readonly<Record<string, ChangedFile["change"]>> = {
  A: "added",
  M: "modified",
  D: "deleted",
  R: "renamed",
  C: "copied",
  T: "type_changed",
  U: "unmerged",
};

/**
 * What differs in a worktree from where its branch left the repository's; what is not committed belongs to it, files that git ignores don't.
 * Where all is merged, or nothing committed, from where the branch was made. At most 2,000 files and 1 MiB of patch.
 * @param of.worktree null where it is gone: then the branch alone
 * @throws {GitFault}
 */
export async function readWorktreeDiff(of: {
  readonly repository: string;
  readonly worktree: string | null;
  readonly branch: string;
}): Promise<WorktreeDiff> {
  if (Bun.which("git") === null) throw new GitFault("git is not installed, or not in the PATH");
  const endMs = performance.now() + timeoutMs;
  const folder = of.worktree ?? of.repository;
  const run = async (args: readonly string[], bytesMax = 65_536) => {
    const leftMs = Math.max(1, endMs - performance.now());
    const output = await readGit(folder, args, { bytesMax, timeoutMs: leftMs });
    if (output.didTimeOut)
      throw new GitFault(`git took longer than ${timeoutMs / 1000} s`, { didTimeOut: true });
    return output;
  };
  const line = async (...args: readonly string[]) => {
    const { exitCode, bytes } = await run(args);
    return exitCode === 0 ? new TextDecoder().decode(bytes).trim().split("\n").at(-1) || null : null;
  };
  const headCommit = await line(
    "rev-parse",
    "--verify",
    "--quiet",
    of.worktree === null ? `refs/heads/${of.branch}^{commit}` : "HEAD^{commit}",
  );
  if (headCommit === null) throw new GitFault(`there is no branch ${of.branch} in ${of.repository}`);
  const baseCommit = await findBase(line, headCommit, of);
  const range = of.worktree === null ? [baseCommit, headCommit] : [baseCommit];
  const plain = ["diff", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=dirty", "-M"];
  const names = await run([...plain, "--raw", "--numstat", "-z", ...range, "--"], namesBytesMax);
  if (names.exitCode !== 0 && !names.isCut) throw new GitFault(names.stderr || "git diff failed");
  const others =
    of.worktree === null
      ? null
      : await run(["ls-files", "--others", "--exclude-standard", "-z"], namesBytesMax);
  const patch = await run([...plain, "--src-prefix=a/", "--dst-prefix=b/", ...range, "--"], patchBytesMax);
  const files = [...readChanges(words(names)), ...(others === null ? [] : words(others).map(untracked))];
  return {
    baseCommit,
    headCommit,
    files: files.slice(0, filesMax),
    patch: cutAtLine(new TextDecoder().decode(patch.bytes), patch.isCut),
    isCut: patch.isCut || names.isCut || (others?.isCut ?? false) || files.length > filesMax,
  };
}

/** Where the branch left that of the repository; where that says nothing, since all is merged, where it was made. */
async function findBase(
  line: (...args: readonly string[]) => Promise<string | null>,
  headCommit: string,
  { branch }: { readonly branch: string },
): Promise<string> {
  const common = await line("rev-parse", "--path-format=absolute", "--git-common-dir");
  const main =
    common === null
      ? null
      : await line(`--git-dir=${common}`, "rev-parse", "--verify", "--quiet", "HEAD^{commit}");
  const left = main === null ? null : await line("merge-base", main, headCommit);
  if (left !== null && left !== headCommit) return left;
  const made = await line("reflog", "show", "--format=%H", `refs/heads/${branch}`, "--");
  return made ?? left ?? headCommit;
}

/** What is between NULs, whole ones alone: names of files may have anything else in them. */
function words({ bytes, isCut }: { readonly bytes: Uint8Array; readonly isCut: boolean }): readonly string[] {
  const all = new TextDecoder().decode(bytes).split("\0");
  return isCut ? all.slice(0, -1) : all.filter((word, at) => word !== "" || at < all.length - 1);
}

/** Of `git diff --raw --numstat -z`: first what each change is, then how many lines it has. */
function readChanges(fields: readonly string[]): readonly ChangedFile[] {
  const files = new Map<string, ChangedFile>();
  const left = [...fields].reverse();
  const next = () => left.pop() ?? "";
  while (left.length > 0) {
    const field = next();
    if (field.startsWith(":")) {
      const letter = field.split(" ").at(-1)?.[0] ?? "M";
      const oldPath = letter === "R" || letter === "C" ? next() : null;
      const path = next();
      files.set(path, {
        path,
        oldPath,
        change: changes[letter] ?? "modified",
        additions: null,
        deletions: null,
      });
      continue;
    }
    const [added = "", deleted = "", ...rest] = field.split("\t");
    // Of a rename the two names follow.
    const given = rest.join("\t");
    if (given === "") next();
    const path = given === "" ? next() : given;
    const file = files.get(path);
    const number = (text: string) => (/^\d+$/.test(text) ? Number(text) : null);
    if (file !== undefined)
      files.set(path, { ...file, additions: number(added), deletions: number(deleted) });
  }
  return [...files.values()];
}

function untracked(path: string): ChangedFile {
  return { path, oldPath: null, change: "untracked", additions: null, deletions: null };
}

function cutAtLine(text: string, isCut: boolean): string {
  return isCut ? text.slice(0, text.lastIndexOf("\n") + 1) : text;
}
