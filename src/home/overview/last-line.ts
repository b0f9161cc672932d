import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const tailBytes = 2_048;

/**
 * The last line of a log that has anything in it, without escape sequences, of a line that was written over its last
 * state; "" without one. Looks at the last 2 KiB only.
 */
export function readLastLine(path: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch {
    return ""; // nothing was written yet, or it was removed
  }
  try {
    const buffer = Buffer.alloc(tailBytes);
    const from = Math.max(0, fstatSync(descriptor).size - tailBytes);
    return lastLineOf(buffer.toString("utf8", 0, readSync(descriptor, buffer, 0, tailBytes, from)));
  } finally {
    closeSync(descriptor);
  }
}

function lastLineOf(text: string): string {
  const lines = Bun.stripANSI(text)
    .split(/[\n\r]+/)
    .filter((line) => line.trim() !== "");
  return lines.at(-1)?.trim() ?? "";
}
