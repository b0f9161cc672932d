import { Database } from "bun:sqlite";
import type { Connection } from "./connection.ts";
import { explainSqliteError } from "./sqlite-error.ts";

/** Writes a snapshot of the database into an empty file, without blocking writers. */
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
