import { Database } from "bun:sqlite";
import { closeSync, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { tryLockFile } from "../../../native-shims/index.ts";
import { BoardError } from "../../board/error.ts";
import type { OwnRun } from "../../board/run.ts";
import type { Clock } from "../../system/clock.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { schemaVersion } from "../sql/schema/schema-version.ts";
import type { BoardStore } from "../store.ts";
import { Connection, type Synchronous } from "./database/connection.ts";
import { requireDatabaseFile } from "./database/database-file.ts";
import { migrate, standInForMissing } from "./database/migrate.ts";
import { explainSqliteError } from "./database/sqlite-error.ts";
import { sqliteStore } from "./sqlite-store.ts";

export interface OpenOptions {
  readonly path: string;
  readonly initLockPath: string;
  readonly clock: Clock;
  /**
   * `read` changes no byte and needs no migration; `write` brings an older board up to date first;
   * `create` makes the board, and its folder, if there is none.
   */
  readonly mode: "read" | "write" | "create";
  /** How long a write waits for another writer; milliseconds. */
  readonly busyTimeoutMs?: number;
  /** Commits do not move the log into the database: the caller runs `checkpoint` from time to time. */
  readonly leavesCheckpoints?: boolean;
  /** Called after each transaction that wrote, when it is committed. */
  readonly onCommit?: () => void;
  /** The run in whose environment this is opened: once it is over nothing can be written. */
  readonly within?: OwnRun | null;
  /**
   * `FULL` (default): what was acknowledged survives the loss of power. `NORMAL`: the last transactions may not, and
   * nothing else changes.
   */
  readonly synchronous?: Synchronous;
}

/** SQLite before this one can corrupt a database when two connections reset the write-ahead log at once. */
export const sqliteVersionMin = "3.51.3";
const firstOpenPatienceMs = 10_000;
/** A board is made in a moment; what has been empty for longer was left so. */
const readPatienceMs = 3_000;
/** A transaction that changes more than fits is written to the log piece by piece, much of it again and again. */
const writeCacheKiB = 16 * 1024;

/**
 * Opens a board.
 * @throws {BoardError} not_found without a board, not_a_board for another file, newer_board for one that a newer
 *   Kanbun wrote, busy when another process is still creating it after 10 s, unwritable. In order to
 *   read it, one that is just being made is waited for up to 3 s.
 */
export async function openBoard(options: OpenOptions): Promise<BoardStore> {
  const { path, mode } = options;
  if (mode !== "create" && !existsSync(path))
    throw new BoardError("not_found", `there is no board at ${path}`, {
      hint: "make one with `kanbun init`",
    });
  requireDatabaseFile(path);
  if (mode === "create") makeFile(path);

  const connection = connect(options);
  try {
    requireSafeSqlite(connection);
    if (mode === "read") await waitWhileMade(connection);
    const found = readSchemaVersion(connection);
    if (found !== null && found > schemaVersion)
      throw new BoardError(
        "newer_board",
        `${path} was written by a newer Kanbun (its version ${found}, this one knows ${schemaVersion})`,
        { hint: "update Kanbun; nothing was changed" },
      );
    if (found !== schemaVersion) {
      // Loaded here: of a thousand openings one is the first.
      if (mode === "read") standInForMissing(connection);
      else await migrateAlone(connection, found, options);
    }
    return sqliteStore(connection, options.clock, options);
  } catch (error) {
    connection.close();
    throw explainSqliteError(error, path);
  }
}

function connect({
  path,
  mode,
  busyTimeoutMs = 30_000,
  leavesCheckpoints,
  synchronous = "FULL",
}: OpenOptions): Connection {
  try {
    const database =
      mode === "read"
        ? new Database(path, { readonly: true, strict: true })
        : new Database(path, { readwrite: true, create: mode === "create", strict: true });
    database.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    database.run("PRAGMA foreign_keys = ON");
    if (mode !== "read") {
      database.run(`PRAGMA synchronous = ${synchronous}`);
      database.run("PRAGMA secure_delete = ON");
      database.run(`PRAGMA cache_size = -${writeCacheKiB}`);
      // The lists of a transaction are not worth a file.
      database.run("PRAGMA temp_store = MEMORY");
      if (leavesCheckpoints) database.run("PRAGMA wal_autocheckpoint = 0");
    }
    return new Connection(database, path, synchronous);
  } catch (error) {
    throw explainSqliteError(error, path);
  }
}

function requireSafeSqlite(connection: Connection): void {
  const version = connection.get<{ version: string }>("SELECT sqlite_version() AS version")?.version ?? "0";
  if (Bun.semver.order(version, sqliteVersionMin) < 0)
    throw new BoardError(
      "unsupported",
      `SQLite ${version} can corrupt boards; ${sqliteVersionMin} or newer is needed`,
      {
        hint: "run Kanbun with the Bun version that its package.json names",
      },
    );
}

/** null when Kanbun has never opened this board for writing. */
function readSchemaVersion(connection: Connection): number | null {
  const hasMeta = connection.get("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'kanbun_meta'");
  if (!hasMeta) {
    requireBoardOrNothing(connection);
    return null;
  }
  return (
    connection.get<{ value: number }>("SELECT value FROM kanbun_meta WHERE key = 'schema_version'")?.value ??
    null
  );
}

/** Many programs have a table called tasks: ours has had these columns from the beginning. */
function requireBoardOrNothing(connection: Connection): void {
  const isEmpty = !connection.get("SELECT 1 FROM sqlite_master WHERE type = 'table'");
  const columns = connection.all<{ name: string }>("SELECT name FROM pragma_table_info('tasks')");
  const names = new Set(columns.map((column) => column.name));
  if (!isEmpty && !["id", "title", "status", "assignee", "created_at"].every((name) => names.has(name)))
    throw new BoardError("not_a_board", `${connection.path} is a SQLite database, but not a board`, {
      hint: "choose another home with --home",
    });
}

/** A reader that came before the first table would look at its own stand-ins for as long as it stays. */
async function waitWhileMade(connection: Connection): Promise<void> {
  const deadlineMs = performance.now() + readPatienceMs;
  const isBeingMade = () =>
    connection.get("SELECT 1 FROM sqlite_master LIMIT 1") === null &&
    Date.now() - statSync(connection.path).mtimeMs < readPatienceMs;
  while (isBeingMade() && performance.now() < deadlineMs) await Bun.sleep(10);
}

/** Only one process makes or migrates a board; the others wait for it, but not forever. */
async function migrateAlone(
  connection: Connection,
  found: number | null,
  { path, initLockPath }: OpenOptions,
): Promise<void> {
  // Loaded here: it opens system libraries, and of a thousand openings one is the first.
  const deadlineMs = performance.now() + firstOpenPatienceMs;
  for (;;) {
    const lock = tryLockFile(initLockPath);
    if (lock) {
      try {
        const isNew = statSync(path).size === 0;
        // Journal mode is set once, when the board is made: switching it under other connections is unsafe.
        if (isNew) connection.get("PRAGMA journal_mode = WAL");
        connection.write(() => migrate(connection, found));
      } finally {
        lock.release();
      }
      return;
    }
    if (performance.now() > deadlineMs)
      throw new BoardError(
        "busy",
        `another process has been opening ${path} for the first time for over 10 s`,
        {
          hint: `see which process holds ${initLockPath}, then try again`,
        },
      );
    await Bun.sleep(10);
  }
}

/** An empty database is one to SQLite, which would leave its mode, and that of its log and index, to the umask. */
function makeFile(path: string): void {
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Exclusive: one that is there is not opened, for closing it would drop the locks of the process that has it open here (I10).
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST" && existsSync(folder)) return;
    throw new BoardError("unwritable", `cannot make a board in ${folder}: ${(error as Error).message}`, {
      hint: "choose another home with --home or KANBUN_HOME",
      cause: error,
    });
  }
}
