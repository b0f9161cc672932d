import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { compileForWindows } from "./mingw.ts";

/** What tests start by name; each is the small shell of `sh/` under that name. */
const tools = ["cat", "false", "mkdir", "printf", "sleep", "true"];

/** Builds what the tests start on Windows: a small POSIX shell with its tools, and a stranger that wants the lock. */
export function buildTestPrograms(folder: string): void {
  compileForWindows(join(folder, "lock-stranger.exe"), ["lock-stranger.c"], []);
  const shell = join(folder, "sh.exe");
  const sources = readdirSync(join(import.meta.dir, "sh")).filter((name) => name.endsWith(".c"));
  compileForWindows(
    shell,
    sources.map((name) => join("sh", name)),
    [],
  );
  for (const name of tools) copyFileSync(shell, join(folder, `${name}.exe`));
}
