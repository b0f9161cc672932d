import { closeSync, fstatSync, openSync, statSync, writeSync } from "node:fs";
import { BoardError } from "../../board/error.ts";
import { whyUnreadable } from "../../system/files/why-unreadable.ts";
import { readInputChunks } from "./input-chunks.ts";
import { openNamelessFile } from "./nameless-file.ts";

/** A file that can be read without waiting for anyone. */
export interface LineSource extends Disposable {
  /** For messages. */
  readonly name: string;
  readonly descriptor: number;
}

/**
 * Opens a file, or standard input for `-`. What comes through a pipe is first taken to its end, into a nameless file in
 * the temporary folder, or in the home: a transaction must not wait for who writes it, and it may be longer than the memory.
 * @throws {BoardError} usage for one that cannot be read, unwritable without a place for that file
 */
export async function openLineSource(path: string, home: string): Promise<LineSource> {
  const name = path === "-" ? "standard input" : path;
  try {
    if (path === "-" && fstatSync(0).isFile()) return { name, descriptor: 0, [Symbol.dispose]: () => {} };
    const isFile = path !== "-" && statSync(path).isFile();
    const descriptor = isFile ? openSync(path, "r") : await spool(path, home);
    return { name, descriptor, [Symbol.dispose]: () => closeSync(descriptor) };
  } catch (error) {
    if (error instanceof BoardError) throw error;
    throw new BoardError("usage", `cannot read ${name}: ${whyUnreadable(error)}`, {
      hint: "check the path",
      cause: error,
    });
  }
}

async function spool(path: string, home: string): Promise<number> {
  const descriptor = openNamelessFile(home);
  try {
    let position = 0;
    // Written by position: the descriptor still stands at the beginning for who reads it.
    for await (const chunk of readInputChunks(path))
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
