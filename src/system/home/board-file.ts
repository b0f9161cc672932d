import { ConfigError } from "../config/config-error.ts";
import { describeValue, isTable } from "../config/config-value.ts";
import { readRegularFile } from "../files/regular-file.ts";
import { systemErrorCode } from "../system-error.ts";

/** What a `board.json` has in it, null when there is none. @throws {ConfigError} when it cannot be read, or is no JSON object */
export function readBoardFile(path: string): Readonly<Record<string, unknown>> | null {
  let text: string;
  try {
    text = readRegularFile(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw damagedBoardFile(path, null, "a file that can be read", `${code}`, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw damagedBoardFile(path, null, "a JSON object", "text that is no JSON", error);
  }
  if (!isTable(value)) throw damagedBoardFile(path, null, "a JSON object", describeValue(value));
  return value;
}

/** @param key null: the file as a whole */
export function damagedBoardFile(
  file: string,
  key: string | null,
  expected: string,
  found: string,
  cause?: unknown,
): ConfigError {
  return new ConfigError([{ file, line: null, key, expected, found }], { cause });
}
