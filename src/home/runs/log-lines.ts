/** Longer than any line that is read by people; a longer one is given in pieces. */
const lineCharsMax = 256 * 1024;

/** Cuts what a log says into lines, however it comes in. */
export class LogLines {
  readonly #decoder = new TextDecoder();
  #rest = "";

  /** The lines that are whole by now, without their ends. */
  push(bytes: Uint8Array): string[] {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    const last = lines.pop() ?? "";
    this.#rest = last.length > lineCharsMax ? "" : last;
    return this.#rest === last ? lines : [...lines, last];
  }

  /** The last line, if it has no end. */
  end(): string[] {
    const last = this.#rest + this.#decoder.decode();
    this.#rest = "";
    return last === "" ? [] : [last];
  }
}
