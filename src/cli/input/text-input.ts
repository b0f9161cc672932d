import { BoardError } from "../../board/error.ts";
import { bodyBytesMax } from "../../board/task.ts";
import { whyUnreadable } from "../../system/files/why-unreadable.ts";
import { readInputChunks } from "./input-chunks.ts";

/**
 * The text of a file, or of standard input for `-`, byte for byte.
 * @throws {BoardError} usage for one that is not there, too long for a task or no UTF-8
 */
export async function readTextInput(path: string): Promise<string> {
  const name = path === "-" ? "standard input" : path;
  const bytes = await readCapped(path, name);
  try {
    // A byte order mark is part of the text: what is read is what was there.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new BoardError("usage", `${name} is not UTF-8 text`, { hint: "convert it to UTF-8", cause: error });
  }
}

async function readCapped(path: string, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of readInputChunks(path)) {
      size += chunk.length;
      if (size > bodyBytesMax) throw tooLong(name);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof BoardError) throw error;
    throw new BoardError("usage", `cannot read ${name}: ${whyUnreadable(error)}`, {
      hint: "check the path",
      cause: error,
    });
  }
  return Buffer.concat(chunks);
}

function tooLong(name: string): BoardError {
  return new BoardError("usage", `${name} is longer than ${bodyBytesMax / 1024 / 1024} MiB`, {
    hint: "keep it in a file and name the file in the text",
  });
}
