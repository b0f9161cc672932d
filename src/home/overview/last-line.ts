import { LogFile } from "../runs/log-file.ts";

const tailBytes = 2_048;

/**
 * The last line of a log that has anything in it, without escape sequences, of a line that was written over its last
 * state; "" without one. Looks at the last 2 KiB only.
 */
export function readLastLine(path: string): string {
  try {
    using file = LogFile.tryOpen(path);
    return file === null ? "" : lastLineIn(file);
  } catch {
    return ""; // it was removed, or something else was put in its place
  }
}

/** The same of a log that is open. */
export function lastLineIn(file: LogFile): string {
  file.seek(Math.max(0, file.sizeBytes - tailBytes));
  const text = Buffer.from(file.readChunk() ?? []).toString("utf8");
  const lines = Bun.stripANSI(text)
    .split(/[\n\r]+/)
    .filter((line) => line.trim() !== "");
  return lines.at(-1)?.trim() ?? "";
}
