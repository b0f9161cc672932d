import { mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BoardError } from "../../board/error.ts";

/**
 * Opens a new file for writing and reading that is gone from its folder at once: nothing is left behind, however this process
 * ends (on Windows: unless it is killed). In the temporary folder, or where nothing can be written there, as on a root file system that is read-only, in the home.
 * @throws {BoardError} unwritable where neither can be
 */
export function openNamelessFile(home: string): number {
  let first: unknown = null;
  for (const folder of [tmpdir(), home]) {
    try {
      return openIn(folder);
    } catch (error) {
      first ??= error;
    }
  }
  throw new BoardError("unwritable", `cannot write to ${tmpdir()}: ${(first as Error).message}`, {
    hint: "set TMPDIR to a writable folder, or give the lines in a file",
    cause: first,
  });
}

function openIn(parent: string): number {
  const folder = mkdtempSync(join(parent, "kanbun-lines-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    return openSync(join(folder, "lines"), "wx+", 0o600);
  } finally {
    // Windows removes nothing that is open: there it goes with the process, unless that is killed.
    if (process.platform === "win32") process.once("exit", remove);
    else remove();
  }
}
