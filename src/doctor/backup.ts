import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { BoardError } from "../board/error.ts";

export interface Backup {
  readonly path: string;
  /** False: a backup of the very same content was there already. */
  readonly isNew: boolean;
  /** Older backups that made room. */
  readonly removed: readonly string[];
}

const backupsMax = 3;
/** What belongs to a database besides itself: without it a copy is not what SQLite would have read. */
const besides = ["-wal", "-journal"];
const attemptsMax = 5;
const chunkBytes = 1 << 20;

/**
 * Copies a database that is too damaged for SQLite's own backup, with its write-ahead log, to a file beside it that is
 * named after the content: one damage, one copy (D2). Keeps three. The caller has the dispatch lock and no connection.
 * @param database canonical
 * @throws {BoardError} busy when someone keeps writing to it, disk_full before anything is written
 */
export function backUpDatabase(database: string): Backup {
  const sources = [database, ...besides.map((suffix) => database + suffix)];
  requireNotOpenHere(sources);
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const before = fingerprint(sources);
    const hash = new Bun.CryptoHasher("sha256");
    for (const source of sources) readThrough(source, (chunk) => hash.update(chunk));
    const path = `${database}.backup-${hash.digest("hex").slice(0, 16)}`;
    if (fingerprint(sources) !== before) continue;
    if (existsSync(path)) return { path, isNew: false, removed: [] };
    requireSpace(sources);
    copyAs(path, database);
    // Written to while it was copied: a copy of no state that ever was.
    if (fingerprint(sources) === before) return { path, isNew: true, removed: removeOldest(database) };
    removeBackup(path);
  }
  throw new BoardError("busy", `${database} is being written to: no backup was made`, {
    hint: "stop the process that writes to it, then try again",
  });
}

/** The database last: a backup is there when its database is. */
function copyAs(path: string, database: string): void {
  // One name for all drafts: those that were cut short do not add up. The dispatch lock keeps others from it.
  const draft = `${database}.backup-draft`;
  try {
    for (const suffix of [...besides, ""]) {
      if (sizeOf(database + suffix) === 0) continue;
      copy(database + suffix, draft);
      renameSync(draft, path + suffix);
    }
  } catch (error) {
    rmSync(draft, { force: true });
    removeBackup(path);
    throw error;
  }
}

function removeBackup(path: string): void {
  for (const suffix of ["", ...besides]) rmSync(path + suffix, { force: true });
}

function copy(source: string, target: string): void {
  const fd = openSync(target, "w", 0o600);
  try {
    readThrough(source, (chunk) => writeAll(fd, chunk));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, chunk: Uint8Array): void {
  for (let done = 0; done < chunk.length; ) done += writeSync(fd, chunk, done);
}

/** Hands on the file's content piece by piece; a file that is not there has none. */
function readThrough(path: string, onChunk: (chunk: Uint8Array) => void): void {
  if (!existsSync(path)) return;
  const fd = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(chunkBytes);
    for (;;) {
      const count = readSync(fd, buffer, 0, buffer.length, null);
      if (count === 0) return;
      onChunk(buffer.subarray(0, count));
    }
  } finally {
    closeSync(fd);
  }
}

/** Only what is named exactly as we name it, and is a file. */
function removeOldest(database: string): string[] {
  const folder = dirname(database);
  const prefix = `${basename(database)}.backup-`;
  const ours = readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^[0-9a-f]{16}$/.test(name.slice(prefix.length)))
    .map((name) => ({ path: join(folder, name), stats: lstatSync(join(folder, name)) }))
    .filter(({ stats }) => stats.isFile())
    .sort((a, b) => b.stats.mtimeMs - a.stats.mtimeMs);
  return ours.slice(backupsMax).map(({ path }) => {
    removeBackup(path);
    return path;
  });
}

function requireSpace(sources: readonly string[]): void {
  const needed = sources.reduce((sum, source) => sum + sizeOf(source), 0);
  const { bavail, bsize } = statfsSync(dirname(sources[0] ?? ""));
  if (bavail * bsize > needed) return;
  throw new BoardError("disk_full", `there is no room for a backup of ${needed} bytes: nothing was changed`, {
    hint: "free some space and run the command again",
  });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** What changes whenever anyone writes to one of the files. */
function fingerprint(paths: readonly string[]): string {
  return paths
    .map((path) => {
      const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
      return stats === undefined ? "" : `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeNs}`;
    })
    .join("\n");
}

/** I10: closing a descriptor of ours would drop the locks that a connection of ours holds on the file. */
function requireNotOpenHere(paths: readonly string[]): void {
  if (process.platform !== "linux") return;
  const files = new Set(paths.map(identityAt).filter((identity) => identity !== ""));
  for (const name of readdirSync("/proc/self/fd"))
    if (files.has(identityOf(Number(name))))
      throw new Error(`a connection to ${paths[0]} is open: it cannot be copied by path`);
}

function identityAt(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.dev} ${stats.ino}`;
}

function identityOf(fd: number): string {
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    // The descriptor by which the folder itself was read.
    return "";
  }
}
