import { existsSync, readFileSync } from "node:fs";
import { BoardError } from "../board/error.ts";

/**
 * The text of a client's JSON file with `entry` below `keys`; all else in it stays.
 * @throws {BoardError} usage for a file that is not plain JSON, such as one with comments: it is left as it is
 */
export function withEntry(path: string, keys: readonly string[], entry: unknown): string {
  const whole = readObject(path);
  let inner = whole;
  for (const key of keys.slice(0, -1)) {
    const next = inner[key] ?? {};
    if (!isObject(next)) throw notOurs(path, `${key} in it is not an object`);
    inner[key] = next;
    inner = next;
  }
  inner[keys.at(-1) ?? ""] = entry;
  return `${JSON.stringify(whole, null, 2)}\n`;
}

function readObject(path: string): Record<string, unknown> {
  if (!existsSync(path)) return {};
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw notOurs(path, (error as Error).message);
  }
  if (!isObject(value)) throw notOurs(path, "it is not an object");
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notOurs(path: string, why: string): BoardError {
  return new BoardError("usage", `${path} can't be changed: ${why}`, {
    hint: "nothing was written; add the entry by hand: without --write it is printed, see `kanbun mcp install --help`",
  });
}
