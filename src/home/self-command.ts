import { resolve } from "node:path";

/** How this very Kanbun is started: a standalone executable is itself; otherwise it is Bun with the file that was started. */
export function selfCommand(): readonly string[] {
  // Not told by the path of this file: within an executable it begins otherwise on Windows than elsewhere.
  if (Bun.isStandaloneExecutable) return [process.execPath];
  return [process.execPath, resolve(import.meta.dir, "../cli/main.ts")];
}
