import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes sure that workers find `kanbun` on their PATH, and the very one that started them. Returns its folder. */
export function ensureBinFolder(home: string, selfCommand: readonly string[]): string {
  const folder = join(home, "kanban", "bin");
  const path = join(folder, "kanbun");
  const quoted = selfCommand.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const script = `#!/bin/sh\nexec ${quoted} "$@"\n`;
  if (readOrNull(path) === script) return folder;
  mkdirSync(folder, { recursive: true });
  // Renamed into place: a worker that starts meanwhile finds the old one or the new one, never half of it.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, script);
  chmodSync(draft, 0o755);
  renameSync(draft, path);
  return folder;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
