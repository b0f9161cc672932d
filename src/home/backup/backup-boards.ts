import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { BoardError } from "../../board/error.ts";
import type { FileBacked } from "../../store/file-backed.ts";
import { placeOf } from "../../store/place.ts";
import { sqliteCare } from "../../store/sqlite/database/database-care.ts";
import { currentFolder } from "../../system/files/current-folder.ts";
import { boardPaths } from "../../system/home/board-paths.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { slugsMeant } from "../dispatch/dispatch-boards.ts";
import type { Home } from "../session/home.ts";
import type { Session } from "../session/session.ts";
import { systemClock } from "../session/system-clock.ts";

export interface BackupOptions {
  /** From the working directory on; default: `kanban/backups` of the home. */
  readonly folder?: string | undefined;
  /** So many of each board stay, the newest, this one among them; default: all. */
  readonly keep?: number | undefined;
}

export interface BoardBackup {
  readonly board: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly tasks: number;
  /** Older ones that made room. */
  readonly removed: readonly string[];
}

/**
 * Copies the databases of the boards that are used, each as it is at one moment, while others work on it; each copy has been read
 * through and found sound before it gets its name. Boards that a store keeps are left out: their server is backed up.
 * @throws {BoardError} damaged for a board that can't be copied soundly, unsupported for the only one where a store keeps it
 */
export async function backUpBoards(
  home: Home,
  { folder, keep }: BackupOptions,
): Promise<{ readonly backups: readonly BoardBackup[]; readonly leftOut: readonly string[] }> {
  const target =
    folder === undefined ? join(home.place.home, "kanban", "backups") : resolve(currentFolder(), folder);
  const slugs = slugsMeant(home);
  const isFile = (slug: string) => placeOf(boardPaths(home.place.home, slug)).kind === "sqlite";
  const files = slugs.filter(isFile);
  makeFolder(target);
  const backups: BoardBackup[] = [];
  // A board that was named is an error where it can't be copied.
  for (const slug of slugs.length === 1 ? slugs : files)
    backups.push(await backUpBoard(home, slug, { target, keep }));
  return { backups, leftOut: slugs.length === 1 ? [] : slugs.filter((slug) => !isFile(slug)) };
}

async function backUpBoard(
  home: Home,
  slug: string,
  { target, keep }: { readonly target: string; readonly keep: number | undefined },
): Promise<BoardBackup> {
  const draft = join(target, `${slug}.${crypto.randomUUID()}.tmp`);
  try {
    // SQLite takes an empty file, which is its owner's alone.
    closeSync(openSync(draft, "wx", 0o600));
    await using session = await home.open("read", slug);
    const { tasks } = await session.store.getCounts();
    await requireFile(session).copyTo(draft);
    requireSound(draft, slug);
    const path = nameFor(target, slug);
    syncFile(draft);
    renameSync(draft, path);
    const removed = keep === undefined ? [] : removeOlder(target, slug, keep);
    return { board: slug, path, sizeBytes: statSync(path).size, tasks, removed };
  } finally {
    for (const suffix of ["", "-journal", "-wal", "-shm"]) rmSync(draft + suffix, { force: true });
  }
}

/** @throws {BoardError} unsupported for a board that is no file: its server is backed up */
function requireFile({ store, place }: Session): FileBacked {
  if (store.file !== null) return store.file;
  throw new BoardError(
    "unsupported",
    `${place.board} is not a file of this machine: it can't be copied as one`,
    {
      hint: `back up its server, or write its tasks down with \`kanbun export --board ${place.board}\``,
    },
  );
}

function requireSound(path: string, slug: string): void {
  const { damage, lines } = sqliteCare.examine(path);
  if (damage === "none") return;
  throw new BoardError("damaged", `the copy of ${slug} is damaged (${lines[0]}): it was not kept`, {
    hint: "run `kanbun doctor`; older backups were left alone",
  });
}

/** The time of the copy in UTC, so that names sort as they were made. */
function nameFor(target: string, slug: string): string {
  for (let atMs = systemClock.nowMs(); ; atMs += 1_000) {
    const time = new Date(atMs).toISOString().slice(0, 19).replaceAll(":", "").replace("T", "-");
    const path = join(target, `${slug}.${time}.kanban.db`);
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return path;
  }
}

/** Only what is named exactly as backups of this board are, and is a file. */
function removeOlder(target: string, slug: string, keep: number): string[] {
  const ours = readdirSync(target)
    .filter(
      (name) =>
        name.startsWith(`${slug}.`) &&
        /^\d{4}-\d\d-\d\d-\d{6}\.kanban\.db$/.test(name.slice(slug.length + 1)),
    )
    .sort()
    .reverse()
    .map((name) => join(target, name))
    .filter((path) => lstatSync(path).isFile());
  const old = ours.slice(keep);
  for (const path of old) rmSync(path, { force: true });
  return old;
}

function makeFolder(path: string): void {
  try {
    if (mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(path, 0o700);
  } catch (error) {
    throw new BoardError("unwritable", `cannot make the folder ${path}: ${systemErrorCode(error) ?? error}`, {
      hint: "give another with --to",
      cause: error,
    });
  }
}

function syncFile(path: string): void {
  const fd = openSync(path, "r+");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
