import { ConfigError } from "../config/config-error.ts";
import { printable } from "../text/printable.ts";

/**
 * `path` as it is, if it is what was typed: bytes that are no UTF-8 have become U+FFFD by now, and two folders one.
 * A name that has that very character in it can't be told from such a one.
 * @param source the flag, variable or thing that it came from
 * @throws {ConfigError}
 */
export function requireUtf8Path(source: string, path: string): string {
  if (!path.includes("\uFFFD")) return path;
  const expected = "a path whose name is UTF-8 text";
  const found = `"${printable(path, 200)}"`;
  throw new ConfigError([{ file: source, line: null, key: null, expected, found }]);
}
