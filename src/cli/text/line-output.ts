import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { openNamelessFile } from "../input/nameless-file.ts";
import { writeStdout } from "./standard-streams.ts";

const bufferedCharsMax = 1024 * 1024;
const chunkBytes = 64 * 1024;

/**
 * Takes lines for a file, or for standard output, without ever waiting for who reads them: what goes to a pipe is first
 * written to a nameless file. A named file is there when it is whole; until then one that was there stays.
 */
export class LineOutput {
  readonly #path: string | null;
  readonly #draft: string;
  readonly #descriptor: number;
  readonly #isPiped: boolean;
  #lines: string[] = [];
  #chars = 0;

  /** @param path null: standard output @param home where the nameless file may be */
  constructor(path: string | null, home: string) {
    this.#path = path;
    this.#draft = `${path}.${crypto.randomUUID()}.tmp`;
    this.#isPiped = path === null && !fstatSync(1).isFile();
    this.#descriptor =
      path !== null ? openSync(this.#draft, "wx", 0o600) : this.#isPiped ? openNamelessFile(home) : 1;
  }

  readonly add = (line: string): void => {
    this.#lines.push(line, "\n");
    this.#chars += line.length;
    if (this.#chars >= bufferedCharsMax) this.#flush();
  };

  /** All lines are there: now they may be waited for. */
  finish(): void {
    this.#flush();
    if (this.#isPiped) this.#copyToStdout();
    if (this.#path === null) return;
    fsyncSync(this.#descriptor);
    renameSync(this.#draft, this.#path);
  }

  /** In any case, at last. */
  close(): void {
    if (this.#descriptor !== 1) closeSync(this.#descriptor);
    if (this.#path !== null) rmSync(this.#draft, { force: true });
  }

  #flush(): void {
    const bytes = Buffer.from(this.#lines.join(""));
    [this.#lines, this.#chars] = [[], 0];
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
  }

  #copyToStdout(): void {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    for (let at = 0; ; ) {
      const size = readSync(this.#descriptor, chunk, 0, chunk.length, at);
      if (size === 0) return;
      writeStdout(chunk.subarray(0, size));
      at += size;
    }
  }
}
