import { resolve } from "node:path";

/** Defined by the build of the package, where all is in the file that was started. */
declare const kanbunIsOneFile: true | undefined;

/** How this very Kanbun is started: a standalone executable is itself; otherwise it is Bun with the file that was started. */
export function selfCommand(): readonly string[] {
  // Not told by the path of this file: within an executable it begins otherwise on Windows than elsewhere.
  if (Bun.isStandaloneExecutable) return [process.execPath];
  if (typeof kanbunIsOneFile !== "undefined") return [process.execPath, Bun.main];
  return [process.execPath, resolve(import.meta.dir, "../cli/main.ts")];
}
