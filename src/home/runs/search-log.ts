import type { LogFile } from "./log-file.ts";

/** A line in which the words were found. */
interface LogMatch {
  /** Of the words, in bytes of the file. */
  readonly offset: number;
  /** The line, or the part of it around the words. */
  readonly line: string;
}

export interface LogMatches {
  /** In the order of the file, one for each line. */
  readonly matches: readonly LogMatch[];
  /** Where a search goes on; null: all that is there was searched. */
  readonly nextOffset: number | null;
  readonly sizeBytes: number;
}

interface Search {
  /** Begins there, in bytes. */
  readonly offset: number;
  readonly limit: number;
  /** So long at most; then it says where to go on. */
  readonly budgetMs: number;
  readonly signal: AbortSignal;
}

const chunkBytes = 1 << 20;
/** Others are served in between. */
const turnBytes = 16 << 20;
const partBytes = 240;

/**
 * Looks for words in a log of any length, in either case of ASCII letters. It is read in chunks of a megabyte, and nothing of it is kept.
 * @param words not empty
 */
export async function searchLog(file: LogFile, words: string, search: Search): Promise<LogMatches> {
  const needle = Buffer.from(words).toString("latin1").toLowerCase();
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const untilMs = performance.now() + search.budgetMs;
  const matches: LogMatch[] = [];
  const sizeBytes = file.sizeBytes;
  let at = search.offset;
  /** The line of the last match is not over yet. */
  let isWithin = false;
  for (let turn = at + turnBytes; at < sizeBytes; ) {
    const length = file.readInto(buffer, at);
    const isLast = length < needle.length || at + length >= sizeBytes;
    // One character for each byte: places in the text are places in the file.
    const text = buffer.toString("latin1", 0, length).toLowerCase();
    let from = 0;
    while (from !== -1) {
      if (isWithin) from = text.indexOf("\n", from);
      isWithin = from === -1;
      const found = isWithin ? -1 : text.indexOf(needle, from);
      if (found === -1) break;
      const offset = at + found;
      if (matches.length === search.limit) return { matches, nextOffset: offset, sizeBytes };
      matches.push({ offset, line: readLine(file, offset) });
      isWithin = true;
      from = found;
    }
    if (isLast) break;
    at += length - needle.length + 1;
    if (at < turn) continue;
    turn = at + turnBytes;
    if (performance.now() >= untilMs || search.signal.aborted) return { matches, nextOffset: at, sizeBytes };
    await new Promise(setImmediate);
  }
  return { matches, nextOffset: null, sizeBytes };
}

function readLine(file: LogFile, offset: number): string {
  const start = Math.max(0, offset - partBytes / 4);
  const bytes = Buffer.alloc(partBytes);
  const part = bytes.subarray(0, file.readInto(bytes, start));
  const before = part.lastIndexOf(0x0a, offset - start - 1);
  const after = part.indexOf(0x0a, offset - start);
  const from = offset === start ? 0 : before + 1;
  return Bun.stripANSI(part.toString("utf8", from, after === -1 ? part.length : after)).trim();
}
