import { accessSync, constants } from "node:fs";
import { basename, join } from "node:path";
import { databaseFileOf, dispatchLockPathOf, placeOf } from "../../store/place.ts";
import { ConfigError } from "../../system/config/config-error.ts";
import { requireNotForEverybody } from "../../system/files/write-access.ts";
import { readBoardMetadata } from "../../system/home/board-metadata.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import type { Place } from "../session/place.ts";

/** Why no tick can start a worker on this board, whatever its tasks are; null: nothing is known. Reads only. */
export function findBoardFault({ home, paths }: Pick<Place, "home" | "paths">): string | null {
  const bin = join(home, "kanban", "bin");
  const place = placeOf(paths);
  try {
    requireNotForEverybody(paths.root, basename(paths.database));
    requireNotForEverybody(home, "kanban", "bin", "kanbun");
    readBoardMetadata(paths);
    requireWritable(bin, constants.W_OK | constants.X_OK);
    requireWritable(dispatchLockPathOf(place));
    requireWritable(databaseFileOf(place));
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    const code = systemErrorCode(error);
    if (code === null) throw error;
    return code === "ENOENT"
      ? null
      : `${(error as { path?: string }).path ?? bin} can't be written (${code})`;
  }
}

/** What is not there yet the first tick makes. */
function requireWritable(path: string | null, mode = constants.W_OK): void {
  try {
    if (path !== null) accessSync(path, mode);
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw error;
  }
}
