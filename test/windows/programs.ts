import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { compileForWindows } from "./mingw.ts";

/** What tests start by name; each is the small shell of `sh/` under that name. */
const tools = ["cat", "false", "mkdir", "printf", "sleep", "true"];

/** Builds what the tests start on Windows: a small POSIX shell with its tools, a stranger that wants the lock, and the worker of the race. */
export function buildTestPrograms(folder: string): void {
  for (const name of ["lock-stranger", "race-worker"])
    compileForWindows(join(folder, `${name}.exe`), [`${name}.c`], []);
  const shell = join(folder, "sh.exe");
  const sources = readdirSync(join(import.meta.dir, "sh")).filter((name) => name.endsWith(".c"));
  compileForWindows(
    shell,
    sources.map((name) => join("sh", name)),
    [],
  );
  for (const name of tools) copyFileSync(shell, join(folder, `${name}.exe`));
}
