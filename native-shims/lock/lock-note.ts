import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { lockErrorFrom, notRegular } from "./lock-error.ts";

/** Byte 0 is what Windows locks, and locked bytes can't be read there: it is always this, and the note starts after it. */
const LOCKED_BYTE = " ";
const NOTE_START = 1;
const NOTE_SIZE_MAX = 4096;
/** Notes are padded to one size: cutting a file costs more than the whole lock, and a person who looks sees no old end. */
const NOTE_SIZE_MIN = 255;

/**
 * The bytes of a lock file that carries `text`.
 * @throws {TypeError} when it is more than one line or longer than 4 KB
 */
export function encodeLockNote(text: string): Buffer {
  const bytes = Buffer.from(`${LOCKED_BYTE}${text.padEnd(NOTE_SIZE_MIN)}\n`);
  if (text.includes("\n") || bytes.length > NOTE_SIZE_MAX)
    throw new TypeError("a lock note is one short line");
  return bytes;
}

/**
 * What the holder, or the last one, wrote; "" when nothing or no file. Takes no lock.
 * @throws {LockError} open: the file is there and can't be read
 */
export function readLockNote(path: string): string {
  const buffer = Buffer.allocUnsafe(NOTE_SIZE_MAX);
  try {
    // Opening a pipe would wait for who writes to it, and a device has no end.
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      if (!fstatSync(fd).isFile()) throw notRegular(path);
      const note = buffer.toString("utf8", 0, readSync(fd, buffer, 0, buffer.length, NOTE_START));
      // Behind the line's end may stand the rest of a longer one.
      return (note.split("\n", 1)[0] ?? "").trimEnd();
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "";
    throw lockErrorFrom(error, "open", path);
  }
}
