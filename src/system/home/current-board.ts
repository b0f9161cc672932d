import { join } from "node:path";
import { ConfigError } from "../config/config-error.ts";
import { readRegularFile } from "../files/regular-file.ts";
import { replaceFile } from "../files/replace-file.ts";
import { systemErrorCode } from "../system-error.ts";
import { printable } from "../text/printable.ts";
import { parseSlug, SLUG_RULE } from "./slug.ts";

interface BoardSources {
  /** `--board`; undefined when it was not given. */
  readonly flag: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

export interface ResolvedBoard {
  readonly slug: string;
  readonly source: "flag" | "environment" | "current" | "default";
}

/**
 * The board that is used: `--board`, then `KANBUN_BOARD`, then the file `kanban/current`, then `default`. An explicit
 * one always wins. An empty variable or file is none. Whether the board exists is not looked at.
 * @throws {ConfigError} when the one that was named, and no later one, is no slug, or when the file cannot be read.
 */
export function resolveBoardSlug({ flag, env, home }: BoardSources): ResolvedBoard {
  if (flag !== undefined) return { slug: requireSlug("--board", flag), source: "flag" };
  const variable = env.KANBUN_BOARD;
  if (variable !== undefined && variable !== "") {
    return { slug: requireSlug("KANBUN_BOARD", variable), source: "environment" };
  }
  const path = currentBoardPath(home);
  const current = readCurrent(path);
  return current === ""
    ? { slug: "default", source: "default" }
    : { slug: requireSlug(path, current), source: "current" };
}

/** Makes `slug` the board that commands without `--board` mean, until the next one. */
export function writeCurrentBoard(home: string, slug: string): void {
  if (parseSlug(slug) !== slug)
    throw new TypeError(`not a parsed slug: ${JSON.stringify(slug.slice(0, 80))}`);
  replaceFile(currentBoardPath(home), `${slug}\n`);
}

function currentBoardPath(home: string): string {
  return join(home, "kanban", "current");
}

function readCurrent(path: string): string {
  try {
    return readRegularFile(path).trim();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT") return "";
    const expected = "a file with the slug of the current board";
    const found = `a file that cannot be read (${code})`;
    throw new ConfigError([{ file: path, line: null, key: null, expected, found }], { cause: error });
  }
}

function requireSlug(source: string, text: string): string {
  const slug = parseSlug(text);
  if (slug !== null) return slug;
  const found = text === "" ? "an empty text" : `"${printable(text)}"`;
  throw new ConfigError([{ file: source, line: null, key: null, expected: SLUG_RULE, found }]);
}
