import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { residentsFolder } from "../system/board-paths.ts";

/** macOS allows 103 bytes, Linux 107: what fits the smaller one fits everywhere. @see unix(7), sun_path */
const socketPathBytesMax = 103;

/**
 * Where the process `name` can listen for nudges: beside its entry on the list of residents, or, where that path is too
 * long for a socket, in a folder of our own among the temporary files; null when there is no safe place.
 */
export function chooseNudgeAddress(home: string, name: string): string | null {
  if (process.platform === "win32") return `\\\\.\\pipe\\kanbun-${name}-${crypto.randomUUID()}`;
  const beside = join(residentsFolder(home), `${name}.sock`);
  if (Buffer.byteLength(beside) <= socketPathBytesMax) return beside;
  const folder = privateFolder();
  if (folder === null) return null;
  const apart = join(folder, `${name}.sock`);
  return Buffer.byteLength(apart) <= socketPathBytesMax ? apart : null;
}

/** Whether `address` is of the kind that `chooseNudgeAddress` gives, so that a socket there may be removed. */
export function isNudgeAddress(home: string, address: string): boolean {
  const folders = [residentsFolder(home), privateFolderPath()];
  return folders.some(
    (folder) =>
      address.startsWith(`${folder}/`) && /^\d+(-\d+)?\.sock$/.test(address.slice(folder.length + 1)),
  );
}

/** Anybody may have made a folder of that name before us: only one that is ours alone will do. */
function privateFolder(): string | null {
  const path = privateFolderPath();
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const stats = lstatSync(path);
    const isOurs = stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o077) === 0;
    return isOurs ? path : null;
  } catch {
    return null;
  }
}

function privateFolderPath(): string {
  return join(tmpdir(), `kanbun-${process.getuid?.() ?? 0}`);
}
