import { existsSync, statSync } from "node:fs";
import { BoardError } from "../../../board/error.ts";

/**
 * Before a database is opened that is there: a folder would be taken for a disk with an error, and a pipe waited for.
 * @throws {BoardError} unwritable where something else than a file is in its place
 */
export function requireDatabaseFile(path: string): void {
  if (existsSync(path) && !statSync(path).isFile())
    throw new BoardError("unwritable", `${path} is not a file`, {
      hint: "move it away, and put the board's database in its place, from a backup if need be",
    });
}
