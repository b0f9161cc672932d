import { openSync, readFileSync, writeSync } from "node:fs";

/**
 * A file that many processes append lines to. Each line is one write on an O_APPEND descriptor, which the kernel puts
 * behind everything written before: the order of the lines is the order of the events, whatever the clocks say.
 */
export class Journal {
  readonly path: string;
  readonly #fd: number;

  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, "a");
  }

  append(...words: readonly (string | number)[]): void {
    writeSync(this.#fd, `${words.join(" ")}\n`);
  }

  /** Every line so far, in words. */
  read(): string[][] {
    return readFileSync(this.path, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => line.split(" "));
  }
}
