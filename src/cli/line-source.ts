import { closeSync, fstatSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BoardError } from "../board/error.ts";

/** A file that can be read without waiting for anybody. */
export interface LineSource extends Disposable {
  /** For messages. */
  readonly name: string;
  readonly descriptor: number;
}

/**
 * Opens a file, or standard input for `-`. What comes through a pipe is first taken to its end, into a nameless file in
 * the temporary folder: a transaction must not wait for who writes it, and it may be longer than the memory.
 * @throws {BoardError} usage for one that cannot be read
 */
export async function openLineSource(path: string): Promise<LineSource> {
  const name = path === "-" ? "standard input" : path;
  try {
    if (path === "-" && fstatSync(0).isFile()) return { name, descriptor: 0, [Symbol.dispose]: () => {} };
    const isFile = path !== "-" && statSync(path).isFile();
    const descriptor = isFile ? openSync(path, "r") : await spool(path);
    return { name, descriptor, [Symbol.dispose]: () => closeSync(descriptor) };
  } catch (error) {
    throw new BoardError("usage", `cannot read ${name}: ${(error as Error).message}`, {
      hint: "check the path",
      cause: error,
    });
  }
}

async function spool(path: string): Promise<number> {
  const stream = path === "-" ? Bun.stdin.stream() : Bun.file(path).stream();
  const descriptor = openNameless();
  try {
    let position = 0;
    // Written by position: the descriptor still stands at the beginning for who reads it.
    for await (const chunk of stream)
      for (let at = 0; at < chunk.length; ) {
        const written = writeSync(descriptor, chunk, at, chunk.length - at, position);
        at += written;
        position += written;
      }
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Gone from its folder at once: nothing is left behind, however this process ends. */
function openNameless(): number {
  const folder = mkdtempSync(join(tmpdir(), "kanbun-lines-"));
  try {
    return openSync(join(folder, "lines"), "wx+", 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
