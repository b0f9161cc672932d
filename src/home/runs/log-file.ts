import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { BoardError } from "../../board/error.ts";
import { systemErrorCode } from "../../system/system-error.ts";

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
const CHUNK_BYTES = 64 * 1024;

/** A log that may still grow, read forwards in chunks: never all of it in memory. */
export class LogFile implements Disposable {
  readonly #text: LogText;
  readonly #buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  #offset = 0;

  private constructor(text: LogText) {
    this.#text = text;
  }

  /** What is kept of a log whose file is elsewhere: it grows no more. */
  static of(bytes: Uint8Array): LogFile {
    return new LogFile({
      sizeBytes: () => bytes.length,
      read(into, at) {
        const part = bytes.subarray(at, at + into.length);
        into.set(part);
        return part.length;
      },
      isLost: () => false,
      close() {},
    });
  }

  /**
   * null when there is no such file.
   * @throws {BoardError} unsupported for a link, a pipe or a device that a worker has put in its place: none is followed
   *   or waited for
   */
  static tryOpen(path: string): LogFile | null {
    try {
      // Windows has neither of the two; there no worker makes such a thing without being an administrator.
      const descriptor = openSync(path, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
      if (fstatSync(descriptor).isFile()) return new LogFile(textOf(descriptor));
      closeSync(descriptor);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === "ENOENT") return null;
      if (code !== "ELOOP") throw error;
    }
    throw new BoardError("unsupported", `${path} is not a file: something else was put in the log's place`);
  }

  get sizeBytes(): number {
    return this.#text.sizeBytes();
  }

  /** What comes next, at most 64 KiB and valid until the next call; null at what is the end just now. */
  readChunk(): Uint8Array | null {
    const length = this.#text.read(this.#buffer, this.#offset);
    this.#offset += length;
    return length === 0 ? null : this.#buffer.subarray(0, length);
  }

  /**
   * The same, cut where a character ends; null also where only the beginning of one is there.
   * @param isWhole nothing more will be written: what is cut off at the end will not be completed
   */
  readCharacters(isWhole: boolean): Uint8Array | null {
    const start = this.#offset;
    const chunk = this.readChunk();
    if (chunk === null || (isWhole && this.#offset >= this.sizeBytes)) return chunk;
    const length = completeLength(chunk);
    this.#offset = start + length;
    return length === 0 ? null : chunk.subarray(0, length);
  }

  /** What is there at a place, as far as it fits; how many bytes. The next chunk is the same as before. */
  readInto(buffer: Uint8Array, offset: number): number {
    return this.#text.read(buffer, offset);
  }

  /** The next chunk is read from here on, in bytes. */
  seek(offset: number): void {
    this.#offset = offset;
  }

  /** Whether it has become shorter than what was read of it, or is no more the file of its name. */
  hasLostText(path: string): boolean {
    return this.sizeBytes < this.#offset || this.#text.isLost(path);
  }

  /** Goes on with the last `count` lines, and where; a last line without its end counts. Reads backwards from the end. */
  seekLastLines(count: number): number {
    const size = this.sizeBytes;
    let seen = 0;
    for (let end = size; end > 0; ) {
      const start = Math.max(0, end - CHUNK_BYTES);
      const length = this.#text.read(this.#buffer.subarray(0, end - start), start);
      for (let i = length - 1; i >= 0; i -= 1) {
        // The newline that ends the file ends its last line, it does not begin another.
        if (this.#buffer[i] !== 0x0a || start + i === size - 1) continue;
        seen += 1;
        if (seen === count) {
          this.#offset = start + i + 1;
          return this.#offset;
        }
      }
      end = start;
    }
    this.#offset = 0;
    return 0;
  }

  /** Where the last `count` bytes begin, or the first line in them where there is one: within a line nothing can be read. */
  findTail(count: number): number {
    const size = this.sizeBytes;
    const start = Math.max(0, size - count);
    if (start === 0) return 0;
    const length = this.readInto(this.#buffer, start - 1);
    const newline = this.#buffer.subarray(0, length).indexOf(0x0a);
    return newline === -1 || start + newline >= size ? start : start + newline;
  }

  [Symbol.dispose](): void {
    this.#text.close();
  }
}

/** Where the bytes are. */
interface LogText {
  sizeBytes(): number;
  /** As far as they fit, from there on; how many. */
  read(into: Uint8Array, at: number): number;
  /** The file of that name is another one now. */
  isLost(path: string): boolean;
  close(): void;
}

function textOf(descriptor: number): LogText {
  return {
    sizeBytes: () => fstatSync(descriptor).size,
    read: (into, at) => readSync(descriptor, into, 0, into.length, at),
    isLost(path) {
      const named = statSync(path, { throwIfNoEntry: false });
      if (named === undefined) return false;
      const now = fstatSync(descriptor);
      return named.ino !== now.ino || named.dev !== now.dev;
    },
    close: () => closeSync(descriptor),
  };
}

/** How many of the bytes are there without the beginning of a character whose rest is not. */
export function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
