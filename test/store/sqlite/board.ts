import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import type { StorePlace } from "../../../src/store/place.ts";
import { type OpenOptions, openBoard } from "../../../src/store/sqlite/open.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import { makeTestHome } from "../../support/home.ts";
import { testRunPrefix } from "../../support/test-run.ts";
import { type FreshBoard, ManualClock } from "../board-under-test.ts";

/** The board in that file, with its first-open lock beside it. */
export function placeAt(path: string): Extract<StorePlace, { kind: "sqlite" }> {
  return { kind: "sqlite", path, initLockPath: `${path}.init.lock` };
}

/** Opens the board in a file, with its first-open lock beside it. */
export function openFile(path: string, options: Partial<OpenOptions> = {}): Promise<BoardStore> {
  return openBoard({
    path,
    initLockPath: `${path}.init.lock`,
    clock: systemClock,
    mode: "write",
    ...options,
  });
}

export function freshPath(): string {
  return join(makeTestHome(), "kanban.db");
}

/**
 * The database and its write-ahead log, hashed by another process: a descriptor that this process closed would drop
 * the locks that SQLite holds here (I10). The index of the log (`-shm`) is memory, not content.
 */
export function hashBoard(path: string): string {
  const folder = dirname(path);
  const files = readdirSync(folder).filter(
    (name) => /\.db(-wal|-journal)?$/.test(name) && hasContent(folder, name),
  );
  const program = `for (const name of process.argv.slice(1))
    console.log(name, Bun.SHA256.hash(await Bun.file(name).bytes(), "hex"));`;
  const { stdout } = Bun.spawnSync([process.execPath, "-e", program, ...files.sort()], { cwd: folder });
  return stdout.toString();
}

/** Whoever reads a board that no one has open leaves an empty log behind. */
function hasContent(folder: string, name: string): boolean {
  return name.endsWith(".db") || statSync(join(folder, name)).size > 0;
}

/** Asks SQLite itself, in another process, whether the file is whole. */
export function checkIntegrity(path: string): string {
  const program = `import { Database } from "bun:sqlite";
    const db = new Database(process.argv[1], { readonly: true });
    console.log(db.query("PRAGMA integrity_check").all().map((row) => row.integrity_check).join("\\n"));`;
  return Bun.spawnSync([process.execPath, "-e", program, path]).stdout.toString().trim();
}

/** A place in memory where there is one: rules are not about disks, and need not wait for them. */
export function memoryPath(): string {
  if (process.platform === "win32" || !existsSync(memory)) return freshPath();
  const home = mkdtempSync(join(memory, testRunPrefix));
  made.push(home);
  return join(home, "kanban.db");
}

export function removeMemoryHomes(): void {
  for (const home of made.splice(0)) rmSync(home, { recursive: true, force: true });
}

const memory = "/dev/shm";
const made: string[] = [];

export async function openFreshSqlite(path = freshPath()): Promise<FreshBoard & { readonly path: string }> {
  const clock = new ManualClock();
  return {
    path,
    store: await openFile(path, { mode: "create", clock }),
    clock,
    connect: () => openFile(path, { clock }),
    fingerprint: async () => hashBoard(path),
  };
}
