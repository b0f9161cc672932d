import { accessSync, constants, statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { systemErrorCode } from "../system-error.ts";
import { printable } from "../text/printable.ts";

interface ExecutableHost {
  readonly platform: NodeJS.Platform;
  /** Windows only: the endings that make a file a program, separated by semicolons. */
  readonly pathExt: string | undefined;
}

export type ResolvedExecutable = { readonly path: string } | { readonly error: string };

/**
 * The absolute path of the program that a command names, or a sentence for people that says what is missing. A name
 * with a slash is a path, relative to `cwd`; any other is looked for in the absolute folders of PATH alone: an empty
 * or relative entry would let the worker's folder decide what runs.
 * @param cwd absolute
 */
export function resolveExecutable(
  name: string,
  pathVariable: string | undefined,
  cwd: string,
  host: ExecutableHost = { platform: process.platform, pathExt: process.env.PATHEXT },
): ResolvedExecutable {
  if (name === "" || name.includes("\0")) return { error: `no command can be named \`${printable(name)}\`` };
  const isWindows = host.platform === "win32";
  const endings = isWindows ? listEndings(name, host.pathExt) : [""];
  if (name.includes("/") || (isWindows && /[\\:]/.test(name))) {
    return refuseBatchFile(lookAt(resolve(cwd, name), endings), isWindows);
  }
  const entries = (pathVariable ?? "").split(isWindows ? ";" : ":");
  const folders = [...new Set(entries.filter((entry) => isAbsolute(entry) && !entry.includes("\0")))];
  let nearMiss: ResolvedExecutable | null = null;
  for (const folder of folders) {
    const found = lookAt(join(folder, name), endings);
    if ("path" in found) return refuseBatchFile(found, isWindows);
    if (!found.isAbsent) nearMiss ??= { error: found.error };
  }
  const looked = folders.length === 1 ? "1 folder" : `${folders.length} folders`;
  return nearMiss ?? { error: `no such command: \`${printable(name)}\` (looked in ${looked} of PATH)` };
}

/** The same for a caller that starts many programs at once: one that was found in a folder of PATH is not looked for again. */
export function createExecutableResolver(): typeof resolveExecutable {
  const found = new Map<string, ResolvedExecutable>();
  return (name, pathVariable, cwd) => {
    if (/[/\\:]/.test(name)) return resolveExecutable(name, pathVariable, cwd);
    const key = `${name}\0${pathVariable}`;
    const executable = found.get(key) ?? resolveExecutable(name, pathVariable, cwd);
    if ("path" in executable) found.set(key, executable);
    return executable;
  };
}

type Look = { readonly path: string } | { readonly error: string; readonly isAbsent: boolean };

function lookAt(path: string, endings: readonly string[]): Look {
  let absent: Look = { error: `no such file: ${printable(path, 400)}`, isAbsent: true };
  for (const ending of endings) {
    const look = lookAtFile(path + ending);
    if ("path" in look || !look.isAbsent) return look;
    absent = look.error.startsWith("no such file") ? absent : look;
  }
  return absent;
}

function lookAtFile(path: string): Look {
  const shown = printable(path, 400);
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return { error: `no such file: ${shown}`, isAbsent: true };
    if (stats.isDirectory()) return { error: `${shown} is a folder, not a program`, isAbsent: true };
    if (!stats.isFile()) return { error: `${shown} is not a regular file`, isAbsent: true };
  } catch (error) {
    return { error: `${shown} cannot be looked at (${systemErrorCode(error)})`, isAbsent: true };
  }
  try {
    accessSync(path, constants.X_OK);
    return { path };
  } catch {
    // There is one reason why a file that is there can't be run.
    return { error: `${shown} is not executable: chmod +x it`, isAbsent: false };
  }
}

/** As Windows does it: the name itself if it ends in one of PATHEXT, else the name with each of them. */
function listEndings(name: string, pathExt: string | undefined): readonly string[] {
  const endings = (pathExt || ".COM;.EXE;.BAT;.CMD")
    .toLowerCase()
    .split(";")
    .filter((ending) => ending !== "");
  return endings.some((ending) => name.toLowerCase().endsWith(ending)) ? [""] : endings;
}

function refuseBatchFile(found: Look, isWindows: boolean): ResolvedExecutable {
  if ("error" in found) return { error: found.error };
  if (!isWindows || !/\.(?:cmd|bat)$/i.test(found.path)) return found;
  const shown = printable(found.path, 400);
  return {
    error: `${shown} is a batch file, whose arguments cannot be passed safely: name the program that it starts`,
  };
}
