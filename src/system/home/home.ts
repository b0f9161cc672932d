import { type Stats, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { ConfigError } from "../config/config-error.ts";
import { requireUtf8Path } from "../files/utf8-path.ts";
import { printable } from "../text/printable.ts";

interface HomeSources {
  /** `--home`; undefined when it was not given. */
  readonly flag: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. Read only where a home is relative or has to be looked for: it may be gone. */
  readonly cwd: string;
  /** Absolute. Read only where the user's own folder is meant: there may be none. */
  readonly userHome: string;
}

/**
 * The folder that holds the boards, absolute, whether or not it exists: `--home`, else `KANBUN_HOME`, else the nearest
 * `.kanbun/` from the working directory upwards, else `.kanbun` in the user's home, which on Windows is `kanbun` in
 * %LOCALAPPDATA%: what belongs to this machine does not roam with the user's profile. A leading `~` is the user's home:
 * neither `--home=~/x` nor a service file expands it. An empty `KANBUN_HOME` is none.
 * @throws {ConfigError} for an empty `--home` (an unset shell variable must not mean another home), for NUL, for bytes
 *   that are no UTF-8, and for a `.kanbun/` found upwards that another user owns: its configuration says which programs run.
 */
export function resolveHome(sources: HomeSources, platform: NodeJS.Platform = process.platform): string {
  const { flag, env } = sources;
  if (flag !== undefined) return namedHome("--home", flag, sources);
  const variable = env.KANBUN_HOME;
  if (variable !== undefined && variable !== "") return namedHome("KANBUN_HOME", variable, sources);
  const localData = platform === "win32" ? env.LOCALAPPDATA : undefined;
  const nearest = nearestHome(sources.cwd);
  return nearest ?? (localData ? join(localData, "kanbun") : join(sources.userHome, ".kanbun"));
}

function namedHome(source: string, path: string, from: HomeSources): string {
  if (path === "" || path.includes("\0")) {
    const found = path === "" ? "an empty text" : `"${printable(path)}"`;
    throw new ConfigError([{ file: source, line: null, key: null, expected: "the path of a folder", found }]);
  }
  requireUtf8Path(source, path);
  const expanded = path === "~" || /^~[/\\]/.test(path) ? join(from.userHome, path.slice(1)) : path;
  return isAbsolute(expanded) ? resolve(expanded) : resolve(from.cwd, expanded);
}

function nearestHome(cwd: string): string | null {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const candidate = join(folder, ".kanbun");
    const stats = statIfAny(candidate);
    if (stats?.isDirectory()) return requireOwn(candidate, stats);
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

/** Anyone may make `/tmp/.kanbun`. Root may do anything as it is, and Windows has no such number. */
function requireOwn(home: string, stats: Stats): string {
  const user = process.getuid?.();
  if (user === undefined || stats.uid === user || stats.uid === 0) return home;
  const expected =
    "a .kanbun folder of your own (to use this one all the same, name it with --home or KANBUN_HOME)";
  throw new ConfigError([
    { file: home, line: null, key: null, expected, found: `one that belongs to user ${stats.uid}` },
  ]);
}
