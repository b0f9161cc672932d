import { accessSync, constants } from "node:fs";
import { basename, join } from "node:path";
import { ConfigError } from "../../system/config/config-error.ts";
import { requireNotForEverybody } from "../../system/files/write-access.ts";
import { readBoardMetadata } from "../../system/home/board-metadata.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import type { Place } from "../session/place.ts";

/** Why no tick can start a worker on this board, whatever its tasks are; null: nothing is known. Reads only. */
export function findBoardFault({ home, paths }: Pick<Place, "home" | "paths">): string | null {
  const bin = join(home, "kanban", "bin");
  try {
    requireNotForEverybody(paths.root, basename(paths.database));
    requireNotForEverybody(home, "kanban", "bin", "kanbun");
    readBoardMetadata(paths);
    accessSync(bin, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    const code = systemErrorCode(error);
    if (code === null) throw error;
    // Not there yet: the first tick makes it.
    return code === "ENOENT" ? null : `${bin} can't be written (${code})`;
  }
}
