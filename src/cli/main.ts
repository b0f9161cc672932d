#!/usr/bin/env bun
import "../system/jit-policy.ts";

import { guardWord } from "../dispatcher/lease/guard-word.ts";
import { hookWord } from "../worker/hooks/hook-plan.ts";
import { windowsShimWord } from "../worker/shim/windows-shim-word.ts";
import { runCommandLine } from "./program.ts";

/** Runs a command line; or what a worker is started through, which has a first word that no one types. */
async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2);
  if (first === windowsShimWord && process.platform === "win32") {
    const { runWindowsShim } = await import("../worker/shim/windows-shim.ts");
    return runWindowsShim(rest);
  }
  if (first === hookWord) {
    const { runWithHooks } = await import("../worker/hooks/with-hooks.ts");
    process.exitCode = await runWithHooks(rest);
  } else if (first === guardWord) {
    await (await import("../dispatcher/lease/guard.ts")).guardLease(rest);
  } else if (first === "--make-worktree") {
    const [path = "", repository = "", branch = ""] = rest;
    const { makeWorktree } = await import("../worker/workspace/make-worktree.ts");
    process.exitCode = makeWorktree({ path, repository, branch }, 2);
  } else process.exitCode = await runCommandLine(process.argv.slice(2), process.env);
}

// Not awaited here: Bun makes no bytecode of a module with a top-level await.
void main();
