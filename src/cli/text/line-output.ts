import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { BoardError } from "../../board/error.ts";
import { throughLinks } from "../../system/files/replace-file.ts";
import { openNamelessFile } from "../input/nameless-file.ts";
import { writeStdout } from "./standard-streams.ts";

const bufferedCharsMax = 1024 * 1024;
const chunkBytes = 64 * 1024;

/**
 * Takes lines for a file, or for standard output, without ever waiting for who reads them: what goes to a pipe is first
 * written to a nameless file. A named file is there when it is whole; until then one that was there stays. What is no
 * file, such as /dev/null, is written to and stays what it is.
 */
export class LineOutput {
  /** What is written beside a file, to take its place; null where there is none. */
  readonly #draft: { readonly path: string; readonly for: string } | null;
  readonly #descriptor: number;
  readonly #isPiped: boolean;
  #lines: string[] = [];
  #chars = 0;

  /**
   * @param path null: standard output @param home where the nameless file may be
   * @throws {BoardError} usage for a folder, or no name
   */
  constructor(path: string | null, home: string) {
    this.#isPiped = path === null && !fstatSync(1).isFile();
    this.#draft = path === null ? null : draftFor(path);
    if (this.#draft !== null) this.#descriptor = openSync(this.#draft.path, "wx", 0o600);
    else if (path !== null) this.#descriptor = openSync(path, "w");
    else this.#descriptor = this.#isPiped ? openNamelessFile(home) : 1;
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
    if (this.#draft === null) return;
    fsyncSync(this.#descriptor);
    renameSync(this.#draft.path, this.#draft.for);
  }

  /** In any case, at last. */
  close(): void {
    if (this.#descriptor !== 1) closeSync(this.#descriptor);
    if (this.#draft !== null) rmSync(this.#draft.path, { force: true });
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

/** null for a device or a pipe: renaming would put a file in its place. */
function draftFor(path: string) {
  const real = throughLinks(path);
  const stats = statSync(real, { throwIfNoEntry: false });
  if (path === "" || stats?.isDirectory())
    throw new BoardError("usage", path === "" ? "the name of the file is empty" : `${path} is a folder`, {
      hint: "name a file",
    });
  return stats === undefined || stats.isFile()
    ? { path: `${real}.${crypto.randomUUID()}.tmp`, for: real }
    : null;
}
