import { Database } from "bun:sqlite";
import { BoardError } from "../../../board/error.ts";
import type { DatabaseCare, DatabaseHealth } from "../../inspection.ts";
import { schemaVersion } from "../../sql/schema/schema-version.ts";
import { sqliteVersionMin } from "../open.ts";
import { Connection } from "./connection.ts";
import { requireDatabaseFile } from "./database-file.ts";
import { migrate } from "./migrate.ts";
import { readRows } from "./read-rows.ts";
import { explainSqliteError } from "./sqlite-error.ts";
import { listTableFlaws } from "./table-flaws.ts";

/** How long a rebuild waits for another writer, while it holds the dispatch lock. */
const busyTimeoutMs = 5_000;
const linesMax = 100;
const salvage =
  "stop all writers, keep a copy of the database and its -wal, then restore a backup, or salvage what can be read with `sqlite3 kanban.db .recover`";

export const sqliteCare: DatabaseCare = {
  get engine() {
    using db = new Database(":memory:");
    const version =
      db.query<{ version: string }, []>("SELECT sqlite_version() AS version").get()?.version ?? "0";
    return {
      version,
      versionMin: sqliteVersionMin,
      isSafe: Bun.semver.order(version, sqliteVersionMin) >= 0,
    };
  },
  salvage,
  examine: (path) => withDatabase(path, { readonly: true }, examine),
  rebuildIndexes: (path, indexes) =>
    withDatabase(path, { readwrite: true, create: false }, (db) => rebuildIndexes(db, path, indexes)),
  addMissing: (path) =>
    withDatabase(path, { readwrite: true, create: false }, (db) => {
      const connection = new Connection(db, path);
      connection.write(() => migrate(connection, schemaVersion));
    }),
};

function withDatabase<Result>(
  path: string,
  options: { readonly?: boolean; readwrite?: boolean; create?: boolean },
  work: (db: Database) => Result,
): Result {
  requireDatabaseFile(path);
  try {
    const db = new Database(path, { ...options, strict: true });
    try {
      db.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
      return work(db);
    } finally {
      // Really closed, or an error: what comes after may open the file by path (I10).
      db.close(true);
    }
  } catch (error) {
    throw explainSqliteError(error, path);
  }
}

function examine(db: Database): DatabaseHealth {
  const journalMode = readRows<{ journal_mode: string }>(db, "PRAGMA journal_mode")[0]?.journal_mode ?? "";
  // Only the thorough check compares indexes with their tables; where damage stops it, the quick one still names it.
  const lines = tryCheck(db, "integrity_check") ?? tryCheck(db, "quick_check");
  if (lines === null)
    return {
      journalMode,
      damage: "tables",
      indexes: [],
      lines: ["the schema or a table cannot be read"],
      tables: [],
    };
  const found = lines.map((line) => ({ line, index: damagedIndex(db, line) }));
  const isIndexesOnly = found.every(({ line, index }) => index !== null || isConsequence(line));
  const indexes = [...new Set(found.flatMap(({ index }) => index ?? []))];
  const damage = lines.length === 0 ? "none" : isIndexesOnly && indexes.length > 0 ? "indexes" : "tables";
  return {
    journalMode,
    damage,
    indexes,
    lines: lines.slice(0, linesMax),
    tables: damage === "none" ? listTableFlaws(db) : [],
  };
}

/** What is wrong, line by line; null when the check itself was stopped by the damage. */
function tryCheck(db: Database, check: "integrity_check" | "quick_check"): string[] | null {
  try {
    return readRows<Record<string, string>>(db, `PRAGMA ${check}(10000)`)
      .flatMap((row) => (row[check] ?? "").split("\n"))
      .filter((line) => line !== "ok" && !line.startsWith("*** in database"));
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith("SQLITE_CORRUPT")) return null;
    throw error;
  }
}

/** Said of pages without saying whose: beside a damaged index it may be its own, which rebuilding it proves. */
function isConsequence(line: string): boolean {
  return /^(Page \d+: never used|Fragmentation of \d+ bytes reported as \d+ on page \d+)$/.test(line);
}

/** The index that a line complains of; null when it is about anything else. */
function damagedIndex(db: Database, line: string): string | null {
  const named =
    /^(?:row \S+ missing from index|wrong # of entries in index|non-unique entry in index) (.+)$/.exec(line);
  if (named) return named[1] ?? null;
  const root = /^Tree (\d+) page \d+/.exec(line)?.[1];
  if (root === undefined) return null;
  const [index] = readRows<{ name: string }>(
    db,
    `SELECT name FROM sqlite_schema WHERE type = 'index' AND rootpage = ${root}`,
  );
  return index?.name ?? null;
}

function rebuildIndexes(db: Database, path: string, indexes: readonly string[]): void {
  db.run("PRAGMA synchronous = FULL");
  db.run("PRAGMA secure_delete = ON");
  db.run("BEGIN IMMEDIATE");
  try {
    for (const index of indexes) db.run(`REINDEX "${index.replaceAll('"', '""')}"`);
    // Checked before the commit: a rebuild that did not help is rolled back.
    const left = tryCheck(db, "integrity_check");
    if (left === null || left.length > 0) throw damaged(path, left?.[0] ?? "it cannot be read to its end");
    db.run("COMMIT");
  } catch (error) {
    if (db.inTransaction) db.run("ROLLBACK");
    const { code = "", message } = error as Error & { code?: string };
    // A constraint: the tables have twice what a unique index allows once.
    throw /^SQLITE_(CORRUPT|CONSTRAINT)/.test(code) ? damaged(path, message) : error;
  }
}

function damaged(path: string, why: string): BoardError {
  return new BoardError("damaged", `${path}: cannot rebuild its indexes (${why}); nothing was changed`, {
    hint: salvage,
  });
}
