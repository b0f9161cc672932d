import { lstatSync, readFileSync, statSync } from "node:fs";
import { systemErrorCode } from "../system-error.ts";
import { ConfigError } from "./config-error.ts";

const SIZE_MAX_BYTES = 1024 * 1024;

/**
 * The text of a configuration file, without byte order mark; null when there is none.
 * @throws {ConfigError} when something stands in its place that cannot be read: a folder, a pipe, a link to nothing, a
 *   file without permission, in another encoding than UTF-8 or of more than 1 MiB.
 */
export function readConfigText(path: string): string | null {
  let bytes: Uint8Array;
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) {
      // Limits that are written down must not silently be off because the target of a link is gone.
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return null;
      throw unreadable(path, "a link that leads nowhere");
    }
    // Reading a pipe would wait forever.
    if (!stats.isFile()) throw unreadable(path, stats.isDirectory() ? "a folder" : "not a regular file");
    if (stats.size > SIZE_MAX_BYTES) throw unreadable(path, `${stats.size} bytes`);
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw unreadable(path, `an unreadable file (${systemErrorCode(error)})`, error);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(path, "bytes that are not UTF-8", error);
  }
}

function unreadable(file: string, found: string, cause?: unknown): ConfigError {
  const expected = "a readable UTF-8 file of at most 1 MiB";
  return new ConfigError([{ file, line: null, key: null, expected, found }], { cause });
}
