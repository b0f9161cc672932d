import { userInfo } from "node:os";
import { isAbsolute } from "node:path";
import { ConfigError } from "../config/config-error.ts";
import { requireUtf8Path } from "../files/utf8-path.ts";
import { printable } from "../text/printable.ts";

/**
 * The user's own folder: HOME first, as every other program does it, for a service may run under a user whose entry says
 * otherwise; then the entry in the password database. Never the current folder.
 * @throws {ConfigError} when there is neither, or HOME is relative or no UTF-8
 */
export function userHome(env: Readonly<Record<string, string | undefined>>): string {
  const variable = env.HOME || env.USERPROFILE;
  const source = env.HOME ? "HOME" : "USERPROFILE";
  if (variable) {
    if (isAbsolute(variable)) return requireUtf8Path(source, variable);
    throw refusal(source, `"${printable(variable)}"`);
  }
  const entry = findEntry();
  if (entry !== null && isAbsolute(entry)) return entry;
  throw refusal("HOME", "none, and no folder in the password database either");
}

function findEntry(): string | null {
  try {
    return userInfo().homedir;
  } catch {
    // A container may run under a number that no entry has.
    return null;
  }
}

function refusal(file: string, found: string): ConfigError {
  const expected =
    "the absolute path of your own folder (or name the boards' folder with --home or KANBUN_HOME)";
  return new ConfigError([{ file, line: null, key: null, expected, found }]);
}
