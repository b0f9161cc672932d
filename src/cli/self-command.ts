import { resolve } from "node:path";

/** How this very Kanbun is started: a standalone executable is itself; otherwise it is Bun with the file that was started. */
export function selfCommand(): readonly string[] {
  const main = resolve(import.meta.dir, "main.ts");
  return import.meta.dir.startsWith("/$bunfs") ? [process.execPath] : [process.execPath, main];
}
