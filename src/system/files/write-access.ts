import { type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../config/config-error.ts";
import { shellWord } from "../text/shell-word.ts";

const GROUP_WRITES = 0o020;
const EVERYBODY_WRITES = 0o002;
/** In such a folder a file is removed or renamed by its owner alone. */
const STICKY = 0o1000;

/**
 * Refuses what decides which programs run here, if everyone can write it: `path` below `home`, or a folder from the
 * home down to it. In a sticky folder everyone can make files, but no one can replace ours: there what comes next must be
 * our own or root's. Nothing where there is nothing yet, and on Windows, which has no such modes.
 * @throws {ConfigError} with what to type
 */
export function requireNotForEverybody(home: string, ...path: readonly string[]): void {
  if (process.platform === "win32") return;
  let at = home;
  let above: Stats | null = null;
  for (const name of ["", ...path]) {
    at = name === "" ? home : join(at, name);
    const stats = look(at);
    if (stats === null) return;
    const isLast = name === path.at(-1);
    if (isForEverybody(stats) && (isLast || (stats.mode & STICKY) === 0)) throw openToAll(at, stats);
    if (above !== null && isForEverybody(above) && !isOurs(stats, above)) throw strangers(at, stats);
    above = stats;
  }
}

/** Whether others than its owner can write this, and who; null: no one else, or it is not there. */
export function findOtherWriters(path: string): "everyone" | "its group" | null {
  if (process.platform === "win32") return null;
  const mode = look(path)?.mode ?? 0;
  return mode & EVERYBODY_WRITES ? "everyone" : mode & GROUP_WRITES ? "its group" : null;
}

/** What can't be looked at is told of by the process that opens it. */
function look(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null; // as said above
  }
}

function isForEverybody(stats: Stats): boolean {
  return (stats.mode & EVERYBODY_WRITES) !== 0;
}

function isOurs(stats: Stats, folder: Stats): boolean {
  return [0, folder.uid, process.getuid?.()].includes(stats.uid);
}

function openToAll(path: string, stats: Stats): ConfigError {
  const what = stats.isDirectory() ? "folder" : "file";
  return refusal(path, `a ${what} that not everyone can write (chmod o-w ${shellWord(path)})`, {
    found: `one with mode ${(stats.mode & 0o7777).toString(8).padStart(4, "0")}`,
  });
}

function strangers(path: string, stats: Stats): ConfigError {
  const expected =
    "one of your own, since everyone can make files in its folder (chown it, or use another home)";
  return refusal(path, expected, { found: `one that belongs to user ${stats.uid}` });
}

function refusal(file: string, expected: string, { found }: { found: string }): ConfigError {
  return new ConfigError([{ file, line: null, key: null, expected, found }]);
}
