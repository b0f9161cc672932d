import { Database } from "bun:sqlite";
import type { Connection } from "./connection.ts";
import { explainSqliteError } from "./sqlite-error.ts";

/** Writes the database as it is at one moment into an empty file, without holding up who writes to it. */
export function copyDatabase(db: Connection, path: string): void {
  db.run("VACUUM INTO :path", { path });
  try {
    // The mode is in the file: a copy that is put in a board's place works as that did.
    using copy = new Database(path, { readwrite: true, create: false, strict: true });
    copy.run("PRAGMA journal_mode = WAL");
  } catch (error) {
    throw explainSqliteError(error, path);
  }
}
