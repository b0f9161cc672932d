import type { LogFile } from "./log-file.ts";

/** What comes next of a log; cut: the file has become shorter, and is read from its beginning again. */
export type LogPiece =
  | { readonly isCut: true }
  | {
      readonly isCut: false;
      /** It was there before the log was first looked at, so when it came is not known. */
      readonly isEarlier: boolean;
      /** At most 64 KiB, cut where a character ends, and valid until the next piece is asked for. */
      readonly bytes: Uint8Array;
      /** Where in the file they begin. */
      readonly offset: number;
      /** Of the file, at this moment. */
      readonly sizeBytes: number;
    };

/** Where a reader begins; default: at the beginning. */
export interface LogStart {
  /** With the last so many lines. */
  readonly lines?: number | undefined;
  /** In bytes; negative: so many before the end, from the start of a line. */
  readonly offset?: number | undefined;
}

/** What is read. */
interface LogSource {
  /** null: there will be none. */
  readonly path: string | null;
  /** null as long as nothing was written. @throws {BoardError} not_found where nothing ever will be */
  tryOpen(): LogFile | null;
}

/** Reads a log as it grows, without waiting. */
export class LogReader implements Disposable {
  readonly #log: LogSource;
  #start: LogStart;
  #file: LogFile | null = null;
  #at = 0;
  /** How long the file was at the first look; null: there was none yet. */
  #earlierBytes: number | null = null;

  constructor(log: LogSource, start: LogStart = {}) {
    this.#log = log;
    this.#start = start;
  }

  /**
   * What is there and was not given yet; null: nothing just now.
   * @param isOver nothing more will be written: a character that is cut off at the end is given as it is
   * @throws {BoardError} not_found where nothing ever will be written
   */
  next(isOver: boolean): LogPiece | null {
    const path = this.#log.path;
    if (path === null) return null;
    if (this.#file === null) {
      this.#file = this.#log.tryOpen();
      if (this.#file !== null) this.#at = begin(this.#file, this.#start);
      this.#earlierBytes ??= this.#file?.sizeBytes ?? 0;
    }
    const file = this.#file;
    file?.seek(this.#at);
    if (file?.hasLostText(path)) {
      this[Symbol.dispose]();
      this.#start = {};
      this.#earlierBytes = 0;
      return { isCut: true };
    }
    const bytes = file?.readCharacters(isOver) ?? null;
    if (file === null || bytes === null) return null;
    const offset = this.#at;
    const isEarlier = offset < (this.#earlierBytes ?? 0);
    this.#at += bytes.length;
    return { isCut: false, isEarlier, bytes, offset, sizeBytes: file.sizeBytes };
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
    this.#file = null;
  }
}

function begin(file: LogFile, { lines, offset = 0 }: LogStart): number {
  if (lines !== undefined) return file.seekLastLines(lines);
  return offset < 0 ? file.findTail(-offset) : offset;
}
