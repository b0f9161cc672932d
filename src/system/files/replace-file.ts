import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a small file so that a reader, or a loss of power, sees the old content or the new one and nothing
 * between. Makes the folder if there is none. Of two writers at once the later wins. A new file is its owner's alone;
 * one that was there keeps its mode, but that not everyone can write it.
 * @throws the system's error; the old file then stands as it was.
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    const descriptor = openSync(temporary, "wx", 0o600);
    try {
      const before = statSync(path, { throwIfNoEntry: false });
      if (before !== undefined) fchmodSync(descriptor, before.mode & 0o775);
      writeFileSync(descriptor, content);
      // Without it a file system may keep the rename and lose the text.
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The file that a path leads to, so that what a user has linked from elsewhere stays linked; the path itself where nothing is. */
export function throughLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return path;
    throw error;
  }
}
