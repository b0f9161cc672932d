import { lstatSync, statSync } from "node:fs";
import { join } from "node:path";
import { BoardError } from "../../board/error.ts";
import type { Config } from "../../system/config/config.ts";
import { currentFolder } from "../../system/files/current-folder.ts";
import { type BoardPaths, boardPaths } from "../../system/home/board-paths.ts";
import { type ResolvedBoard, resolveBoardSlug } from "../../system/home/current-board.ts";
import { type ResolvedHome, resolveHome } from "../../system/home/home.ts";
import { ownAgainCommand } from "../../system/home/own-again.ts";
import { userHome } from "../../system/home/user-home.ts";
import { systemErrorCode } from "../../system/system-error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** As they were named by the process that uses the home, such as with `--home` and `--board`; left out: not named. */
export interface PlaceOptions {
  readonly home?: string;
  readonly board?: string;
}

/** The home and the board that are used. Neither needs to exist. */
export interface Place {
  readonly home: string;
  /** `flag` and `environment`: someone named this very home. */
  readonly homeSource: ResolvedHome["source"];
  readonly board: string;
  /** `flag` and `environment`: someone named this one board. */
  readonly boardSource: ResolvedBoard["source"];
  readonly paths: BoardPaths;
  /** In which they were looked for, and passwords of stores are. */
  readonly environment: Environment;
  /** Read once, at the first call. @throws {ConfigError} */
  config(): Promise<Config>;
  /** The same for a caller that goes on whatever is wrong with it: as far as it can be used, with its faults. */
  configAsFarAsItGoes(): Promise<Config>;
}

/** @throws {ConfigError} for a home or board that cannot be one @throws {BoardError} unwritable for a home that is a file */
export function resolvePlace(options: PlaceOptions, env: Environment): Place {
  const { path: home, source: homeSource } = resolveHome({
    flag: options.home,
    env,
    get cwd() {
      return currentFolder();
    },
    get userHome() {
      return userHome(env);
    },
  });
  requireFolder(home);
  const { slug, source } = resolveBoard({ flag: options.board, env, home });
  let config: Config | null = null;
  return {
    home,
    homeSource,
    board: slug,
    boardSource: source,
    paths: boardPaths(home, slug),
    environment: env,
    async config() {
      config ??= (await loadReader()).loadConfig(home);
      return config;
    },
    async configAsFarAsItGoes() {
      return config ?? (await loadReader()).readConfig(home);
    },
  };
}

/** Most commands need no settings: neither they nor the agents' presets are loaded for those. */
function loadReader() {
  return import("../../system/config/config.ts");
}

function resolveBoard(sources: Parameters<typeof resolveBoardSlug>[0]): ResolvedBoard {
  try {
    return resolveBoardSlug(sources);
  } catch (error) {
    if (systemErrorCode((error as Error).cause) !== "EACCES") throw error;
    const { home } = sources;
    throw new BoardError(
      "unwritable",
      `this user may not look into ${join(home, "kanban")}: is it another user's, as after a command with sudo?`,
      { hint: `\`${ownAgainCommand(home, isOwn(home))}\` gives it back`, cause: error },
    );
  }
}

function isOwn(home: string): boolean {
  try {
    return lstatSync(join(home, "kanban")).uid === process.getuid?.();
  } catch {
    return statSync(home).uid === process.getuid?.(); // it is the home itself that may not be entered
  }
}

/** A home need not exist, but where a file is in its way it never will. */
function requireFolder(home: string): void {
  let isFolder: boolean;
  try {
    isFolder = statSync(home).isDirectory();
  } catch (error) {
    isFolder = systemErrorCode(error) !== "ENOTDIR";
  }
  if (isFolder) return;
  throw new BoardError("unwritable", `${home} cannot be a home: it is a file or is below one`, {
    hint: "choose another with --home or KANBUN_HOME",
  });
}
