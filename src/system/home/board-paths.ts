import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { currentFolder } from "../files/current-folder.ts";
import { systemErrorCode } from "../system-error.ts";
import { readBoardStore } from "./board-store.ts";
import { parseSlug } from "./slug.ts";

/** Where the files of a board are. None of them needs to exist; of one that a server keeps some never do. */
export interface BoardPaths {
  readonly slug: string;
  readonly root: string;
  readonly database: string;
  /** Beside `database` as it is named here. Where it may be a symlink, lock beside `canonicalDatabasePath`. */
  readonly dispatchLock: string;
  readonly initLock: string;
  readonly workspaces: string;
  readonly attachments: string;
  /** The words of its tasks, for `search`; made anew where it is missing. */
  readonly searchIndex: string;
  readonly runs: string;
  /** Where another program keeps the logs of its runs, one for each task. Never written to. */
  readonly foreignLogs: string;
  readonly metadata: string;
}

/** The layout of a home, docs "The board format". The default board is spread over it, the others have a folder each. */
export function boardPaths(home: string, slug: string): BoardPaths {
  if (parseSlug(slug) !== slug)
    throw new TypeError(`not a parsed slug: ${JSON.stringify(slug.slice(0, 80))}`);
  const folder = join(home, "kanban", "boards", slug);
  const isDefault = slug === "default";
  const root = isDefault ? home : folder;
  const content = isDefault ? join(home, "kanban") : folder;
  const database = join(root, "kanban.db");
  return {
    slug,
    root,
    database,
    dispatchLock: `${database}.dispatch.lock`,
    initLock: `${database}.init.lock`,
    workspaces: join(content, "workspaces"),
    attachments: join(content, "attachments"),
    searchIndex: join(content, "search.db"),
    runs: join(content, "runs"),
    foreignLogs: join(content, "logs"),
    metadata: join(folder, "board.json"),
  };
}

/** Where the dispatchers that stay in a home write themselves down, a file each. */
export function residentsFolder(home: string): string {
  return join(home, "kanban", "residents");
}

/** The home that a board's files are in. */
export function homeOf({ slug, root }: Pick<BoardPaths, "slug" | "root">): string {
  return slug === "default" ? root : dirname(dirname(dirname(root)));
}

/**
 * The boards of a home that have a database, or something in its place, or name a store: `default` first, the others by name. Empty
 * when there is no home yet. Archived boards, folders whose name is no slug and those with neither are left out.
 * @throws the system's error when the folder of boards cannot be read.
 */
export function listBoardSlugs(home: string): readonly string[] {
  const named = listFolder(join(home, "kanban", "boards")).filter(
    (name) => parseSlug(name) === name && name !== "default",
  );
  return ["default", ...named.sort()].filter((slug) => {
    const paths = boardPaths(home, slug);
    return isThere(paths.database) || isKeptElsewhere(paths);
  });
}

/** Whether there is a board with these files, or at least something in its place. */
export function hasBoard(paths: Pick<BoardPaths, "database" | "metadata">): boolean {
  return existsSync(paths.database) || isKeptElsewhere(paths);
}

function isKeptElsewhere(paths: Pick<BoardPaths, "database" | "metadata">): boolean {
  if (!existsSync(paths.metadata)) return false;
  try {
    return readBoardStore(paths) !== null;
  } catch {
    return true; // what is wrong with it, opening it says
  }
}

/**
 * The one name of a database, however it was reached: symlinks resolved, of a file that does not exist yet those of
 * its folders and of the link that points to it. So two names of one database give one lock,
 * `<canonical>.dispatch.lock`. Hard links are not seen through.
 * @param path relative to the working directory if it is not absolute.
 * @throws the system's error, such as ELOOP or EACCES: without a sure name there is no sure lock.
 */
export function canonicalDatabasePath(path: string): string {
  // Not `resolve`: it would drop `link/..` without following the link.
  return canonicalPath(isAbsolute(path) ? path : `${currentFolder()}/${path}`);
}

function canonicalPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    // Circles of links are ELOOP, so this comes to an end, at the latest at the root.
    if (systemErrorCode(error) !== "ENOENT" || dirname(path) === path) throw error;
  }
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
    const target = readlinkSync(path);
    return canonicalPath(isAbsolute(target) ? target : `${dirname(path)}/${target}`);
  }
  return join(canonicalPath(dirname(path)), basename(path));
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // A file or a circle of links among the folders of boards is no board, and must not hide the others.
    if (["ENOTDIR", "ELOOP"].includes(systemErrorCode(error) ?? "")) return false;
    throw error;
  }
}
