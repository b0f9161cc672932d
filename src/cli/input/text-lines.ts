import { readSync } from "node:fs";
import { BoardError } from "../../board/error.ts";

export interface TextLine {
  /** From 1. */
  readonly number: number;
  /** Without its end; null for one that is no UTF-8. */
  readonly text: string | null;
}

const chunkBytes = 1024 * 1024;
/** A body of 8 MiB with every character escaped fits. */
const lineBytesMax = 64 * 1024 * 1024;
const newline = 0x0a;

/**
 * The lines of a file from where its descriptor stands, read as they are taken: of a large file a few MiB are held.
 * @throws {BoardError} usage for a line of more than 64 MiB
 */
export function* readTextLines(descriptor: number): Generator<TextLine> {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  let rest: Buffer[] = [];
  let restBytes = 0;
  let number = 1;
  for (let size = readSync(descriptor, chunk); size > 0; size = readSync(descriptor, chunk)) {
    const end = chunk.subarray(0, size).lastIndexOf(newline) + 1;
    if (end > 0) {
      const whole = Buffer.concat([...rest, chunk.subarray(0, end)]);
      for (const text of decodeLines(whole)) yield { number: number++, text };
      [rest, restBytes] = [[], 0];
    }
    rest.push(Buffer.from(chunk.subarray(end, size)));
    restBytes += size - end;
    if (restBytes > lineBytesMax) throw tooLong(number);
  }
  if (restBytes > 0) yield { number, text: decode(Buffer.concat(rest)) };
}

/** Whole lines, all of them at once where that can be done. */
function decodeLines(bytes: Buffer): (string | null)[] {
  const text = decode(bytes);
  if (text !== null) return text.split("\n").slice(0, -1);
  const lines: (string | null)[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(newline, start);
    lines.push(decode(bytes.subarray(start, end)));
    start = end + 1;
  }
  return lines;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Buffer): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null; // no UTF-8: the caller names the line
  }
}

function tooLong(number: number): BoardError {
  return new BoardError("usage", `line ${number} is longer than ${lineBytesMax / 1024 / 1024} MiB`, {
    hint: "each task is one line",
  });
}
