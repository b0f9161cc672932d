import { statSync } from "node:fs";
import { join } from "node:path";
import { type BoardPaths, canonicalDatabasePath, homeOf } from "../system/home/board-paths.ts";
import { readBoardStore } from "../system/home/board-store.ts";

/** Where a board keeps its records: what has to be known to open it, and nothing secret. Each kind of store has its own. */
export type StorePlace = FilePlace | ServerPlace;

/** A SQLite database of this machine. */
interface FilePlace {
  readonly kind: "sqlite";
  readonly path: string;
  /** Held by the process that makes or migrates it. */
  readonly initLockPath: string;
}

/** A board on a server, which other machines work on too. */
interface ServerPlace {
  readonly kind: "postgres";
  /** What it is called in its home; null: it is none of that home's boards. */
  readonly slug: string | null;
  /** Whose kanbun.toml says where the server is. */
  readonly home: string;
  /** Its `[stores.<name>]`. */
  readonly store: string;
  /** What the board is called there. */
  readonly board: string;
  /** Where this machine keeps what it has of the board. */
  readonly folder: string;
}

/** Where the board with these files keeps its records. It need not exist. @throws {ConfigError} for a damaged board.json */
export function placeOf(
  paths: Pick<BoardPaths, "slug" | "root" | "database" | "initLock" | "metadata">,
): StorePlace {
  const kept = readBoardStore(paths);
  if (kept !== null) return serverPlace(paths, kept);
  return { kind: "sqlite", path: paths.database, initLockPath: paths.initLock };
}

/** Where a board with these files would be if that store kept it. */
export function serverPlace(
  paths: Pick<BoardPaths, "slug" | "root">,
  { store, board }: { readonly store: string; readonly board: string },
): ServerPlace {
  return { kind: "postgres", slug: paths.slug, home: homeOf(paths), store, board, folder: paths.root };
}

/** The same place by the one name that it has, whichever links lead to it. @throws as `canonicalDatabasePath` */
export function canonicalPlace(place: StorePlace): StorePlace {
  return place.kind === "sqlite"
    ? { ...place, path: canonicalDatabasePath(place.path) }
    : { ...place, folder: canonicalDatabasePath(place.folder) };
}

/** The canonical path of the board's database; null for a board that is not a file of this machine. */
export function databaseFileOf(place: StorePlace): string | null {
  return place.kind === "sqlite" ? canonicalDatabasePath(place.path) : null;
}

/** The lock that one tick of this board on this machine holds: beside the database, where Hermes looks for it. */
export function dispatchLockPathOf(place: StorePlace): string {
  const database =
    place.kind === "sqlite"
      ? canonicalDatabasePath(place.path)
      : join(canonicalDatabasePath(place.folder), "kanban.db");
  return `${database}.dispatch.lock`;
}

/** What tells this board from another one that has taken its place under the same name; "" where there is none. */
export function identityOf(place: StorePlace): string {
  const path = place.kind === "sqlite" ? place.path : place.folder;
  // bigint: the numbers of Windows go beyond 2^53.
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return "";
  const file = `${stats.dev}:${stats.ino}`;
  return place.kind === "sqlite" ? file : `${file}:${place.store}:${place.board}`;
}

/** How a person is told where it is. */
export function describePlace(place: StorePlace): string {
  return place.kind === "sqlite" ? place.path : `${place.board} in the store ${place.store}`;
}
