import { statSync } from "node:fs";
import { type BoardPaths, canonicalDatabasePath } from "../system/home/board-paths.ts";

/** Where a board keeps its records: what has to be known to open it, and nothing secret. Each kind of store has its own. */
export type StorePlace = FilePlace;

/** A SQLite database of this machine. */
interface FilePlace {
  readonly kind: "sqlite";
  readonly path: string;
  /** Held by the process that makes or migrates it. */
  readonly initLockPath: string;
}

/** Where the board with these files keeps its records. It need not exist. */
export function placeOf(paths: Pick<BoardPaths, "database" | "initLock">): StorePlace {
  return { kind: "sqlite", path: paths.database, initLockPath: paths.initLock };
}

/** The same place by the one name that it has, whichever links lead to it. @throws as `canonicalDatabasePath` */
export function canonicalPlace(place: StorePlace): StorePlace {
  return { ...place, path: canonicalDatabasePath(place.path) };
}

/** The canonical path of the board's database; null for a board that is not a file of this machine. */
export function databaseFileOf(place: StorePlace): string | null {
  return canonicalDatabasePath(place.path);
}

/** The lock that one tick of this board on this machine holds: beside the database, where Hermes looks for it. */
export function dispatchLockPathOf(place: StorePlace): string {
  return `${canonicalDatabasePath(place.path)}.dispatch.lock`;
}

/** What tells this board from another one that has taken its place under the same name; "" where there is none. */
export function identityOf(place: StorePlace): string {
  // bigint: the numbers of Windows go beyond 2^53.
  const stats = statSync(place.path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.dev}:${stats.ino}`;
}

/** How a person is told where it is. */
export function describePlace(place: StorePlace): string {
  return place.path;
}
