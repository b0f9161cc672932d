import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { systemErrorCode } from "../system/system-error.ts";
import { formatSize } from "../system/text/size.ts";

const chunkBytes = 1024 * 1024;
/** Within so many bytes the end of a line is looked for. */
const lineBytesMax = 64 * 1024;
/** A writer that is faster than the copying is not followed for longer. */
const followedBytesMax = 16 * 1024 * 1024;
const noteLine = /^\[kanbun: (\d{1,15}) bytes were cut out here[^\n]*\n/;

/**
 * Cuts the middle out of a log that has become longer than `maxBytes`, and says so in its place; its beginning and its end stay,
 * together half as long. Who appends to it goes on. In the moment of the cut a line may be lost; a process that is killed in it leaves
 * a log that the next cut sets right. True when it was cut.
 */
export function cutLog(path: string, maxBytes: number): boolean {
  const fd = tryOpen(path);
  if (fd === null) return false;
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile() || stats.size <= maxBytes) return false;
    cut(fd, { size: stats.size, maxBytes });
    return true;
  } finally {
    closeSync(fd);
  }
}

function cut(fd: number, { size, maxBytes }: { readonly size: number; readonly maxBytes: number }): void {
  const part = Math.floor(maxBytes / 4);
  const headEnd = lineEndBefore(fd, part);
  const tailStart = lineEndAfter(fd, size - part);
  // The note of the cut before goes with this one, and what it tells of is told again.
  const [noted = "", before = 0] = noteLine.exec(readText(fd, headEnd, 250)) ?? [];
  const cutBytes = Number(before) - noted.length + tailStart - headEnd;
  const note = Buffer.from(
    `[kanbun: ${cutBytes} bytes were cut out here (${formatSize(cutBytes)}): a log has at most ${formatSize(maxBytes)}, log_max_bytes in kanbun.toml]\n`,
  );
  let to = headEnd + writeSync(fd, note, 0, note.length, headEnd);
  const chunk = Buffer.allocUnsafe(chunkBytes);
  for (let from = tailStart; from < size + followedBytesMax; ) {
    const length = readSync(fd, chunk, 0, chunk.length, from);
    if (length === 0) break;
    for (let at = 0; at < length; ) at += writeSync(fd, chunk, at, length - at, to + at);
    from += length;
    to += length;
  }
  ftruncateSync(fd, to);
}

/** The end of the last line that is whole before `at`; `at` itself where no line ends near it. */
function lineEndBefore(fd: number, at: number): number {
  const start = Math.max(0, at - lineBytesMax);
  const buffer = Buffer.alloc(at - start);
  const end = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, start)).lastIndexOf(0x0a);
  return end === -1 ? at : start + end + 1;
}

function lineEndAfter(fd: number, at: number): number {
  const buffer = Buffer.alloc(lineBytesMax);
  const end = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, at)).indexOf(0x0a);
  return end === -1 ? at : at + end + 1;
}

function readText(fd: number, at: number, bytes: number): string {
  const buffer = Buffer.alloc(bytes);
  return buffer.toString("latin1", 0, readSync(fd, buffer, 0, bytes, at));
}

/** A worker may have put anything in its place: that is neither followed nor waited for. */
function tryOpen(path: string): number | null {
  try {
    return openSync(path, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    return null;
  }
}
