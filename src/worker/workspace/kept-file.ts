import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, extname, join } from "node:path";
import { BoardError } from "../../board/error.ts";
import type { NewAttachment } from "../../board/task.ts";
import { systemErrorCode } from "../../system/system-error.ts";

/** As much as other programs of the format keep of one file. */
export const fileBytesMax = 25 * 1024 * 1024;
/** Of a name, with room for the number that tells it from another one; file systems take 255 bytes. */
const nameBytesMax = 200;

/** How a file is kept. */
export interface Keeping {
  /** The task's folder of attachments; made where it is missing. */
  readonly folder: string;
  /** What it is called there, made safe; default: its own name. */
  readonly name?: string | undefined;
  readonly contentType?: string | null | undefined;
  /** What it is called in messages, such as `artifact`. */
  readonly noun: string;
}

/**
 * Copies a file into a task's folder of attachments, under a name that is free there.
 * @param real the file itself, every link resolved @param given how the user named it
 * @throws {BoardError} usage for what is no file, or is larger than 25 MiB
 */
export function keepFile(real: string, given: string, keeping: Keeping): NewAttachment {
  const from = openFile(real, given, keeping.noun);
  try {
    const tooLarge = new BoardError(
      "usage",
      `the ${keeping.noun} ${given} is too large: at most ${fileBytesMax} bytes are kept`,
      { hint: "pack it smaller, or keep it elsewhere and name the place in a comment" },
    );
    if (fstatSync(from).size > fileBytesMax) throw tooLarge;
    mkdirSync(keeping.folder, { recursive: true, mode: 0o700 });
    const storedPath = claimName(keeping.folder, safeName(keeping.name ?? basename(real)), (to) => {
      if (!copyUpTo(fileBytesMax, from, to)) throw tooLarge;
    });
    return {
      filename: basename(storedPath),
      storedPath,
      contentType: keeping.contentType ?? null,
      sizeBytes: statSync(storedPath).size,
    };
  } finally {
    closeSync(from);
  }
}

/** False where there is more: a file may say a smaller size than it has, or grow. */
function copyUpTo(bytesMax: number, from: number, to: number): boolean {
  const buffer = Buffer.allocUnsafe(1 << 20);
  for (let left = bytesMax; ; ) {
    const length = readSync(from, buffer);
    if (length === 0) return true;
    left -= length;
    if (left < 0) return false;
    writeAll(to, buffer.subarray(0, length));
  }
}

function writeAll(to: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(to, bytes, at);
}

/** Removes copies that were not written down. */
export function dropFiles(kept: readonly NewAttachment[]): void {
  dropPaths(kept.map(({ storedPath }) => storedPath));
}

/** The same by their paths. */
export function dropPaths(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { force: true });
}

/** Opened without waiting: a FIFO has no end. What is read later is this very file, whatever takes its place. */
function openFile(real: string, given: string, noun: string): number {
  const fd = openSync(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new BoardError("usage", `the ${noun} ${given} is not a file`, {
    hint: "pack a folder into one file",
  });
}

/** Names that mean a device on Windows, whatever ending they have. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Letters, digits and a few signs, no leading dot, at most 200 bytes: a name on every system. */
export function safeName(text: string): string {
  const name = text
    .replace(/^.*[/\\]/s, "")
    .replace(/[^\p{L}\p{N}._ -]/gu, "_")
    .replace(/^[. -]+/, "_")
    .replace(/[. ]+$/, "");
  const usable = name === "" ? "_" : deviceName.test(name) ? `_${name}` : name;
  const end = Buffer.byteLength(extname(usable)) <= 40 ? extname(usable) : "";
  let stem = [...usable.slice(0, usable.length - end.length)];
  while (Buffer.byteLength(stem.join("") + end) > nameBytesMax) stem = stem.slice(0, -1);
  return stem.join("") + end;
}

/** Writes a file into a task's folder of attachments, under a name that is free there; its path. */
export function keepBytes(bytes: Uint8Array, { folder, name }: { folder: string; name: string }): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return claimName(folder, safeName(name), (to) => writeAll(to, bytes));
}

/** Exclusive: of two that are kept under one name at once each gets a name of its own. What can't be filled leaves nothing. */
function claimName(folder: string, filename: string, fill: (to: number) => void): string {
  const end = extname(filename);
  const stem = filename.slice(0, filename.length - end.length);
  for (let number = 1; ; number++) {
    const path = join(folder, number === 1 ? filename : `${stem}-${number}${end}`);
    const to = tryMake(path);
    if (to === null) continue;
    try {
      try {
        fill(to);
      } finally {
        closeSync(to);
      }
      return path;
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    }
  }
}

/** null where there is one already. */
function tryMake(path: string): number | null {
  try {
    return openSync(path, "wx", 0o600);
  } catch (error) {
    if (systemErrorCode(error) !== "EEXIST") throw error;
    return null;
  }
}
