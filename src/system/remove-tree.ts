import { chmodSync, lstatSync, readdirSync, rmdirSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes a folder and all that is in it, links themselves and not what they lead to. Nothing there is fine.
 * @throws the system's error, such as EBUSY on Windows for what somebody has open; a part may be gone by then.
 */
export function removeTree(path: string): void {
  if (process.platform !== "win32") rmSync(path, { recursive: true, force: true });
  else removeOnWindows(path);
}

/** Step by step: Bun's own way there needs FILE_DISPOSITION_INFORMATION_EX, which Wine and some file systems lack. */
function removeOnWindows(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (stats.isSymbolicLink()) removeLink(path);
  else if (stats.isDirectory()) {
    for (const name of readdirSync(path)) removeOnWindows(join(path, name));
    rmdirSync(path);
  } else {
    // A file that is marked read-only, as git marks its objects, can't be removed there before it is marked otherwise.
    if ((stats.mode & 0o200) === 0) chmodSync(path, 0o600);
    unlinkSync(path);
  }
}

/** A link to a folder is removed as a folder there. */
function removeLink(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    rmdirSync(path);
  }
}
