import { lstatSync, type Stats, statSync } from "node:fs";
import { dirname, isAbsolute, join, parse, resolve } from "node:path";
import { ConfigError } from "../config/config-error.ts";
import { requireUtf8Path } from "../files/utf8-path.ts";
import { printable } from "../text/printable.ts";

interface HomeSources {
  /** `--home`; undefined when it was not given. */
  readonly flag: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. Read only where a home is relative or has to be looked for: it may be gone. */
  readonly cwd: string;
  /** Absolute. Read only where the user's own folder is needed: there may be none. */
  readonly userHome: string;
}

export interface ResolvedHome {
  /** Absolute. */
  readonly path: string;
  /** `folder`: found in the working directory or above it; `usual`: where it is when nothing else was found. */
  readonly source: "flag" | "environment" | "folder" | "usual";
}

/**
 * The folder that holds the boards, absolute, whether or not it exists: `--home`, else `KANBUN_HOME`, else the nearest
 * `.kanbun/` from the working directory upwards, else `.kanbun` in the user's home, which on Windows is `kanbun` in
 * %LOCALAPPDATA%: what belongs to this machine does not roam with the user's profile. A leading `~` is the user's home:
 * neither `--home=~/x` nor a service file expands it. An empty `KANBUN_HOME` is none.
 * @throws {ConfigError} for an empty `--home` (an unset shell variable must not mean another home), for NUL, for bytes
 *   that are no UTF-8, and for a `.kanbun/` found upwards that another user owns: its configuration says which programs run.
 */
export function resolveHome(
  sources: HomeSources,
  platform: NodeJS.Platform = process.platform,
): ResolvedHome {
  const { flag, env } = sources;
  if (flag !== undefined) return { path: namedHome("--home", flag, sources), source: "flag" };
  const variable = env.KANBUN_HOME;
  if (variable !== undefined && variable !== "")
    return { path: namedHome("KANBUN_HOME", variable, sources), source: "environment" };
  const nearest = findHomeFolder(sources.cwd);
  return nearest === null
    ? { path: usualHome(sources, platform), source: "usual" }
    : { path: requireOwnHome(nearest), source: "folder" };
}

/** The user's own home, where no other is named or found. */
export function usualHome(
  sources: Pick<HomeSources, "env" | "userHome">,
  platform: NodeJS.Platform = process.platform,
): string {
  const localData = platform === "win32" ? sources.env.LOCALAPPDATA : undefined;
  return localData ? join(localData, "kanbun") : join(sources.userHome, ".kanbun");
}

function namedHome(source: string, path: string, from: HomeSources): string {
  if (path === "" || path.includes("\0")) {
    const found = path === "" ? "an empty text" : `"${printable(path)}"`;
    throw new ConfigError([{ file: source, line: null, key: null, expected: "the path of a folder", found }]);
  }
  requireUtf8Path(source, path);
  const expanded = path === "~" || /^~[/\\]/.test(path) ? join(from.userHome, path.slice(1)) : path;
  // On Windows \boards is absolute, but for its drive.
  const isWhole = isAbsolute(expanded) && (process.platform !== "win32" || parse(expanded).root.length > 1);
  return isWhole ? resolve(expanded) : resolve(from.cwd, expanded);
}

/** The nearest `.kanbun/` from `cwd` upwards, whoever owns it; null: there is none. */
export function findHomeFolder(cwd: string): string | null {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const candidate = join(folder, ".kanbun");
    if (statIfAny(candidate)?.isDirectory()) return candidate;
    if (folder === dirname(folder)) return null;
  }
}

function statIfAny(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    // A folder above that may not be looked into holds no home of ours.
    return null;
  }
}

/**
 * Anyone may make `/tmp/.kanbun`, or a link of that name to a folder of ours. Root may do anything as it is, and Windows has
 * no such number. @throws {ConfigError} for a home, or a link to one, that another user made
 */
export function requireOwnHome(home: string): string {
  const user = process.getuid?.();
  if (user === undefined) return home;
  for (const stats of [statIfAny(home), lstatSync(home, { throwIfNoEntry: false })]) {
    if (stats === null || stats === undefined || stats.uid === user || stats.uid === 0) continue;
    const expected =
      "a .kanbun folder of your own (to use this one all the same, name it with --home or KANBUN_HOME)";
    throw new ConfigError([
      { file: home, line: null, key: null, expected, found: `one that belongs to user ${stats.uid}` },
    ]);
  }
  return home;
}
