import type { LogFile } from "../../home/runs/log-file.ts";
import { LogLines } from "../../home/runs/log-lines.ts";
import { stdoutIsClosed, writeStdout } from "./standard-streams.ts";

export interface LogLook {
  /** Only lines that it is found in. */
  readonly grep?: RegExp | undefined;
  /** What stands before each line, asked when it has come. */
  readonly prefix?: (() => string) | undefined;
  /** What stands above the first line that is found, asked when there is one. */
  readonly head?: (() => string) | undefined;
}

/** Prints pieces of a log: to the byte, or where lines are looked at, line by line. */
export class LogPrinter {
  readonly #look: LogLook;
  readonly #lines: LogLines | null;
  #hasHead = false;

  constructor(look: LogLook) {
    this.#look = look;
    this.#lines = look.grep || look.prefix ? new LogLines() : null;
  }

  print(bytes: Uint8Array): void {
    if (this.#lines === null) writeStdout(bytes);
    else writeStdout(this.select(this.#lines.push(bytes)));
  }

  end(): void {
    if (this.#lines !== null) writeStdout(this.select(this.#lines.end()));
  }

  printFile(file: LogFile): void {
    for (let chunk = file.readChunk(); chunk !== null && !stdoutIsClosed(); chunk = file.readChunk())
      this.print(chunk);
    this.end();
  }

  /** Those of the lines that are looked for, as they are printed. */
  select(lines: readonly string[]): string {
    const { grep, prefix } = this.#look;
    const found = grep === undefined ? lines : lines.filter((line) => grep.test(line));
    const before = prefix === undefined ? "" : prefix();
    return this.#headOf(found) + found.map((line) => `${before}${line}\n`).join("");
  }

  #headOf(found: readonly string[]): string {
    if (this.#hasHead || found.length === 0) return "";
    this.#hasHead = true;
    return this.#look.head?.() ?? "";
  }
}
