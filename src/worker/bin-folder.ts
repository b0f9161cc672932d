import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Makes sure that workers find `kanbun` on their PATH, and the very one that started them. Returns its folder. */
export function ensureBinFolder(home: string, selfCommand: readonly string[]): string {
  const folder = join(home, "kanban", "bin");
  writeProgram(join(folder, "kanbun"), shellScript(selfCommand));
  // A shell on Windows runs the script above, everything else there knows programs by their endings.
  if (process.platform === "win32") writeProgram(join(folder, "kanbun.cmd"), batchFile(selfCommand));
  return folder;
}

function shellScript(command: readonly string[]): string {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  return `#!/bin/sh\nexec ${quoted} "$@"\n`;
}

/** No path has a quotation mark there; a percent sign is written twice. */
function batchFile(command: readonly string[]): string {
  const quoted = command.map((word) => `"${word.replaceAll("%", "%%")}"`).join(" ");
  return `@${quoted} %*\r\n`;
}

function writeProgram(path: string, text: string): void {
  if (readOrNull(path) === text) return;
  mkdirSync(dirname(path), { recursive: true });
  // Renamed into place: a worker that starts meanwhile finds the old one or the new one, never half of it.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text);
  chmodSync(draft, 0o755);
  renameSync(draft, path);
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
