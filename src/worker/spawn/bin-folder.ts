import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BoardError } from "../../board/error.ts";
import { removedFolderVariable } from "../../system/files/current-folder.ts";
import { tryPrivateFolder } from "../../system/files/private-folder.ts";
import { readRegularFile } from "../../system/files/regular-file.ts";
import { requireNotForEverybody } from "../../system/files/write-access.ts";
import { quoteForShell } from "../../system/text/shell-word.ts";

/**
 * Makes sure that workers find `kanbun` on their PATH, and the very one that started them. Returns its folder: in the
 * home, or where that has a name that no PATH can hold, in a folder of this user's among the temporary files.
 * @throws {ConfigError} when everyone can write it, or a folder above it @throws {BoardError} unwritable without a place
 */
export function ensureBinFolder(home: string, selfCommand: readonly string[]): string {
  const folder = chooseFolder(home);
  writeProgram(join(folder, "kanbun"), shellScript(selfCommand));
  // A shell on Windows runs the script above, everything else there knows programs by their endings.
  if (process.platform === "win32") writeProgram(join(folder, "kanbun.cmd"), batchFile(selfCommand));
  return folder;
}

function chooseFolder(home: string): string {
  const separator = process.platform === "win32" ? ";" : ":";
  if (!home.includes(separator)) {
    // First on every worker's PATH: who can write there decides what all of them run.
    requireNotForEverybody(home, "kanban", "bin");
    requireNotForEverybody(home, "kanban", "bin", "kanbun");
    return join(home, "kanban", "bin");
  }
  const folder = tryPrivateFolder();
  if (folder !== null && !folder.includes(separator))
    return join(folder, `bin-${new Bun.CryptoHasher("sha256").update(home).digest("hex").slice(0, 16)}`);
  // All in the message: what a tick finds wrong with its home is told by that alone.
  throw new BoardError(
    "unwritable",
    `the path ${home} has a ${separator} in it and cannot be in PATH: rename it, or set TMPDIR to a folder ` +
      `without ${separator} in which Kanbun can make one of its own`,
  );
}

/**
 * An executable of Bun's ends at once where the current folder was removed, before a line of ours: a worker that has
 * cleaned up after itself could not say how it ended. So it is started elsewhere, and told. `-ef` alone starts no process.
 */
const leaveRemovedFolder = `unset ${removedFolderVariable}
if ! [ "$PWD" -ef . ] 2>/dev/null && [ -z "$(pwd -P 2>/dev/null)" ]; then cd / && export ${removedFolderVariable}=1; fi
`;

function shellScript(command: readonly string[]): string {
  // On Windows no one's current folder can be removed.
  const first = process.platform === "win32" ? "" : leaveRemovedFolder;
  return `#!/bin/sh\n${first}exec ${command.map(quoteForShell).join(" ")} "$@"\n`;
}

/** No path has a quotation mark there; a percent sign is written twice. */
function batchFile(command: readonly string[]): string {
  const quoted = command.map((word) => `"${word.replaceAll("%", "%%")}"`).join(" ");
  return `@${quoted} %*\r\n`;
}

function writeProgram(path: string, text: string): void {
  if (readOrNull(path) === text) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Renamed into place: a worker that starts meanwhile finds the old one or the new one, never half of it.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o700 });
  // Also where a umask took the right to run it away.
  chmodSync(draft, 0o700);
  renameSync(draft, path);
}

function readOrNull(path: string): string | null {
  try {
    return readRegularFile(path);
  } catch {
    return null; // then it is written, and that says what is wrong
  }
}
