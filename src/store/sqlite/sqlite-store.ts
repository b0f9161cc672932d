import type { OwnRun } from "../../board/run.ts";
import type { Clock } from "../../system/clock.ts";
import { sqlStore } from "../sql/sql-store.ts";
import type { BoardStore } from "../store.ts";
import { checkpoint } from "./database/checkpoint.ts";
import type { Connection } from "./database/connection.ts";
import { copyDatabase } from "./database/copy-database.ts";
import { FileNews } from "./database/file-news.ts";
import { selectForeignTriggers } from "./database/frozen-mark.ts";
import { SqliteEngine } from "./sqlite-engine.ts";

/** The contract's SQLite side: what is said in SQL for every database, and what a file alone has. */
export function sqliteStore(
  db: Connection,
  clock: Clock,
  how: { readonly onCommit?: () => void; readonly within?: OwnRun | null } = {},
): BoardStore {
  return {
    ...sqlStore(new SqliteEngine(db, clock), how),
    // Outside a transaction: within one the answer never changes.
    news: new FileNews(
      db.path,
      () => db.get<{ data_version: number }>("PRAGMA data_version")?.data_version ?? 0,
    ),
    // Outside a transaction: within one there is nothing to move, and a copy opens its own.
    file: {
      checkpoint: async (depth) => checkpoint(db, depth),
      copyTo: async (path) => copyDatabase(db, path),
      listForeignTriggers: async () => db.all(selectForeignTriggers),
    },
    hosts: null,
    takeover: null,
    logAsks: null,
    async close() {
      db.close();
    },
    async [Symbol.asyncDispose]() {
      db.close();
    },
  };
}
