import { write } from "node:fs";

/** So much waits for a reader at most; what comes then is dropped, and counted. */
const queuedBytesMax = 1 << 20;
/** From one attempt to write to a descriptor that its other end made non-blocking to the next. */
const retryMs = 10;

/**
 * Writes to a descriptor without ever waiting for its reader, who may stand still (Ctrl-S, a full pipe): one piece at a
 * time, in another thread. What can't be kept is dropped, and how many pieces is said when the reader goes on.
 */
export class OutputQueue {
  readonly #descriptor: 1 | 2;
  readonly #describeDropped: (count: number) => string;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #dropped = 0;
  #isWriting = false;
  #isClosed = false;

  /** @param describeDropped what is written in the place of so many pieces */
  constructor(descriptor: 1 | 2, describeDropped: (count: number) => string) {
    this.#descriptor = descriptor;
    this.#describeDropped = describeDropped;
  }

  /** Whether no one reads there any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  push(chunk: string | Uint8Array): void {
    if (this.#isClosed) return;
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    // Once something was dropped, so is the rest until that has been said: what is told stays in order.
    if (this.#dropped > 0 || this.#queuedBytes + bytes.length > queuedBytesMax) this.#dropped += 1;
    else {
      this.#queue.push(bytes);
      this.#queuedBytes += bytes.length;
    }
    this.#next();
  }

  #next(): void {
    if (this.#isWriting || this.#isClosed) return;
    const bytes = this.#queue.shift() ?? this.#takeDropped();
    if (bytes === null) return;
    this.#isWriting = true;
    this.#write(bytes, bytes.length);
  }

  #takeDropped(): Uint8Array | null {
    if (this.#dropped === 0) return null;
    const text = this.#describeDropped(this.#dropped);
    this.#dropped = 0;
    return Buffer.from(text);
  }

  #write(bytes: Uint8Array, queuedBytes: number): void {
    write(this.#descriptor, bytes, 0, bytes.length, null, (error, written = 0) => {
      if (error?.code === "EAGAIN") setTimeout(() => this.#write(bytes, queuedBytes), retryMs);
      else if (error === null && written < bytes.length) this.#write(bytes.subarray(written), queuedBytes);
      else {
        if (error?.code === "EPIPE") this.#isClosed = true;
        // A file on a full disk, say: the next piece is tried again.
        else if (error !== null) this.#dropped += 1;
        this.#queuedBytes = Math.max(0, this.#queuedBytes - queuedBytes);
        this.#isWriting = false;
        if (error === null || this.#queue.length > 0) this.#next();
      }
    });
  }
}
