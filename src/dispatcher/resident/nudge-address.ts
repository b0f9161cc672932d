import { join } from "node:path";
import { privateFolderPath, tryPrivateFolder } from "../../system/files/private-folder.ts";
import { residentsFolder } from "../../system/home/board-paths.ts";

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
  const folder = tryPrivateFolder();
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
