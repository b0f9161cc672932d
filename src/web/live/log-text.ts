import type { LogFile } from "../../home/runs/log-file.ts";

/** A part of a log as text. Offsets are bytes of the file. */
export interface LogText {
  readonly offset: number;
  /** Where the next part begins. */
  readonly nextOffset: number;
  readonly sizeBytes: number;
  readonly text: string;
}

/**
 * At most 64 KiB from `offset` on, cut where a character ends; what is no UTF-8 is U+FFFD.
 * @param isWhole nothing more will be written: a character that is cut off at the end will not be completed
 */
export function readLogText(file: LogFile, offset: number, isWhole: boolean): LogText {
  const sizeBytes = file.sizeBytes;
  file.seek(offset);
  const bytes = file.readChunk() ?? new Uint8Array();
  const isEnd = offset + bytes.length >= sizeBytes;
  const length = isEnd && isWhole ? bytes.length : completeLength(bytes);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, length));
  return { offset, nextOffset: offset + length, sizeBytes, text };
}

/** Where the last `count` bytes begin, or the first line in them where there is one: within a line nothing can be read. */
export function findTail(file: LogFile, count: number): number {
  const size = file.sizeBytes;
  const start = Math.max(0, size - count);
  if (start === 0) return 0;
  file.seek(start - 1);
  const bytes = file.readChunk() ?? new Uint8Array();
  const newline = bytes.indexOf(0x0a);
  return newline === -1 || start + newline >= size ? start : start + newline;
}

/** Without the beginning of a character whose rest is not there. */
function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
