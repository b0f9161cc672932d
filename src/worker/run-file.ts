import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** A first line; null: there is no such file. */
export type LineRead = string | { readonly flaw: string } | null;

// What shims and dispatchers write is one short line: what is longer is none of theirs, and its head shows it.
const buffer = Buffer.allocUnsafe(1024);

/** What a worker may have put in the place of a file is neither followed nor waited for. Windows knows no such flags. */
const openSafely = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Opens it, made if it is missing. @throws {Error} what is there is no file, or the system's error */
export function openForWriting(path: string, how: number): number {
  const fd = openSync(path, constants.O_CREAT | constants.O_WRONLY | how | openSafely, 0o600);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new Error(`${path} is no file`);
}

/** The beginning of a file that has one short line. @throws {Error} for a fault that says nothing of the file */
export function readLine(path: string): LineRead {
  const fd = tryOpenFile(path);
  if (typeof fd !== "number") return fd;
  try {
    return buffer.toString("utf8", 0, readSync(fd, buffer, 0, buffer.length, null));
  } finally {
    closeSync(fd);
  }
}

/** Opens it for reading; null where there is none. @throws as `readLine` */
export function tryOpenFile(path: string): number | { readonly flaw: string } | null {
  try {
    const fd = openSync(path, constants.O_RDONLY | openSafely);
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
    return { flaw: `${path} is no file` };
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    if (code === "ELOOP") return { flaw: `${path} is a link` };
    if (code === "EISDIR") return { flaw: `${path} is no file` };
    if (code === "EACCES" || code === "EPERM") return { flaw: `${path} can't be read: ${message}` };
    // A shortage of this process, or a disk that fails: it says nothing of the run.
    throw error;
  }
}

/** The text of a file, its beginning and end where it is longer than both; null where there is none that can be read. */
export function readEnds(
  path: string,
  { headBytes, tailBytes }: { readonly headBytes: number; readonly tailBytes: number },
): { readonly text: string; readonly isPart: boolean } | null {
  const fd = tryOpenFile(path);
  if (typeof fd !== "number") return null;
  try {
    const { size } = fstatSync(fd);
    const read = (from: number, bytes: number) => {
      const part = Buffer.alloc(bytes);
      return part.toString("utf8", 0, readSync(fd, part, 0, bytes, from));
    };
    if (size <= headBytes + tailBytes) return { text: read(0, size), isPart: false };
    return { text: `${read(0, headBytes)}\n${read(size - tailBytes, tailBytes)}`, isPart: true };
  } finally {
    closeSync(fd);
  }
}
