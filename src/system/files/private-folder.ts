import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A folder among the temporary files that is this user's alone, made if there is none; null where anyone else has made
 * one of that name before us, or where there can be none. A process that cleans up may remove it at any time.
 */
export function tryPrivateFolder(): string | null {
  const path = privateFolderPath();
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const stats = lstatSync(path);
    const isOurs = stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o077) === 0;
    return isOurs ? path : null;
  } catch {
    return null; // the callers do without, or name TMPDIR
  }
}

/** Where it is, whether or not it is there and ours. */
export function privateFolderPath(): string {
  return join(tmpdir(), `kanbun-${process.getuid?.() ?? 0}`);
}
