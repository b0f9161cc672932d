import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { compileForWindows } from "./mingw.ts";

/** What tests start by name; each is the small shell of `sh/` under that name. */
const names = ["cat", "false", "sleep", "true"];

/** Puts a small POSIX shell and the tools that the tests' workers use into a folder, as Windows programs. */
export function buildPosixTools(folder: string): void {
  const shell = join(folder, "sh.exe");
  const sources = readdirSync(join(import.meta.dir, "sh")).filter((name) => name.endsWith(".c"));
  compileForWindows(
    shell,
    sources.map((name) => join("sh", name)),
    [],
  );
  for (const name of names) copyFileSync(shell, join(folder, `${name}.exe`));
}
