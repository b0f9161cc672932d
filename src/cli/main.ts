#!/usr/bin/env bun
import { hookWord } from "../worker/hooks/hook-plan.ts";
import { runWindowsShim } from "../worker/shim/windows-shim.ts";
import { windowsShimWord } from "../worker/shim/windows-shim-word.ts";
import { makeWorktree } from "../worker/workspace/make-worktree.ts";
import { runCommandLine } from "./program.ts";

/** A command line, or what a worker is started through: then the first word is none that anyone types. */
async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2);
  if (first === windowsShimWord && process.platform === "win32") return runWindowsShim(rest);
  if (first === hookWord) {
    const { runWithHooks } = await import("../worker/hooks/with-hooks.ts");
    process.exitCode = await runWithHooks(rest);
  } else if (first === "--make-worktree") {
    const [path = "", repository = "", branch = ""] = rest;
    process.exitCode = makeWorktree({ path, repository, branch }, 2);
  } else process.exitCode = await runCommandLine(process.argv.slice(2), process.env);
}

// Not awaited here: bytecode can be made of no module that waits.
void main();
