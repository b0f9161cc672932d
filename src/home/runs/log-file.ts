import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { systemErrorCode } from "../../system/system-error.ts";

const CHUNK_BYTES = 64 * 1024;

/** A log that may still grow, read forwards in chunks: never all of it in memory. */
export class LogFile implements Disposable {
  readonly #descriptor: number;
  readonly #buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  #offset = 0;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** null when there is no such file. */
  static tryOpen(path: string): LogFile | null {
    try {
      return new LogFile(openSync(path, "r"));
    } catch (error) {
      if (systemErrorCode(error) === "ENOENT") return null;
      throw error;
    }
  }

  get sizeBytes(): number {
    return fstatSync(this.#descriptor).size;
  }

  /** What comes next, at most 64 KiB and valid until the next call; null at what is the end just now. */
  readChunk(): Uint8Array | null {
    const length = readSync(this.#descriptor, this.#buffer, 0, CHUNK_BYTES, this.#offset);
    this.#offset += length;
    return length === 0 ? null : this.#buffer.subarray(0, length);
  }

  /** Whether it has become shorter than what was read of it, or is no more the file of its name. */
  hasLostText(path: string): boolean {
    const now = fstatSync(this.#descriptor);
    const named = statSync(path, { throwIfNoEntry: false });
    return (
      now.size < this.#offset || (named !== undefined && (named.ino !== now.ino || named.dev !== now.dev))
    );
  }

  /** Goes on with the last `count` lines; a last line without its end counts. Reads backwards from the end. */
  seekLastLines(count: number): void {
    const size = this.sizeBytes;
    let seen = 0;
    for (let end = size; end > 0; ) {
      const start = Math.max(0, end - CHUNK_BYTES);
      const length = readSync(this.#descriptor, this.#buffer, 0, end - start, start);
      for (let i = length - 1; i >= 0; i -= 1) {
        // The newline that ends the file ends its last line, it does not begin another.
        if (this.#buffer[i] !== 0x0a || start + i === size - 1) continue;
        seen += 1;
        if (seen === count) {
          this.#offset = start + i + 1;
          return;
        }
      }
      end = start;
    }
    this.#offset = 0;
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}
