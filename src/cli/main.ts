#!/usr/bin/env bun
const words = process.argv.slice(2);
// Each import that all the others wait for costs half a millisecond: what only one platform needs is loaded there.
const windows = process.platform === "win32" ? await import("../worker/windows-shim-word.ts") : null;
if (windows !== null && words[0] === windows.windowsShimWord) {
  const { runWindowsShim } = await import("../worker/windows-shim.ts");
  await runWindowsShim(words.slice(1));
} else if (words[0] === "--make-worktree") {
  const { makeWorktree } = await import("../worker/make-worktree.ts");
  const [, path = "", repository = "", branch = ""] = words;
  process.exitCode = makeWorktree({ path, repository, branch }, 2);
} else {
  const { runCommandLine } = await import("./run-command-line.ts");
  process.exitCode = await runCommandLine(words, process.env);
}

export {};
