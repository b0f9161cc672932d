#!/usr/bin/env bun
import { windowsShimWord } from "../worker/windows-shim-word.ts";

const words = process.argv.slice(2);
if (process.platform === "win32" && words[0] === windowsShimWord) {
  const { runWindowsShim } = await import("../worker/windows-shim.ts");
  await runWindowsShim(words.slice(1));
} else {
  const { runCommandLine } = await import("./run-command-line.ts");
  process.exitCode = await runCommandLine(words, process.env);
}
