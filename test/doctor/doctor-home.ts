import { Database } from "bun:sqlite";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkBoard } from "../../src/doctor/board-checks.ts";
import type { Check } from "../../src/doctor/check.ts";
import type { DoctorContext } from "../../src/doctor/context.ts";
import { examine } from "../../src/doctor/examination.ts";
import { systemClock } from "../../src/home/session/system-clock.ts";
import { sqliteCare } from "../../src/store/sqlite/database/database-care.ts";
import { openBoard } from "../../src/store/sqlite/open.ts";
import { readConfig } from "../../src/system/config/config.ts";
import { boardPaths, listBoardSlugs } from "../../src/system/home/board-paths.ts";
import { kanbunCommand, makeTestBoard, testContext } from "../support/board.ts";

/** A home whose default board has been closed, with `tasks` tasks on it. */
export async function makeHome(options: { readonly tasks?: number; readonly config?: string } = {}) {
  const board = await makeTestBoard(options.config === undefined ? {} : { config: options.config });
  const ids: string[] = [];
  for (let i = 0; i < (options.tasks ?? 0); i += 1) {
    const title = `a title to be found ${i}`;
    ids.push((await board.store.createTask({ title, assignee: `zebra${i}` }, { actor: "tester" })).task.id);
  }
  board.store.close();
  const { database, runs, workspaces } = board.context.paths;
  return { home: board.home, database, runs, workspaces, lockPath: `${database}.dispatch.lock`, ids };
}

/** What the doctor of this home is given. */
export function doctorOf(home: string, parts: Partial<DoctorContext> = {}): DoctorContext {
  const boards = listBoardSlugs(home);
  return {
    home,
    initCommand: "kanbun init",
    boards,
    allBoards: boards,
    actor: "ada",
    clock: systemClock,
    environment: process.env,
    selfCommand: kanbunCommand,
    loadConfig: () => readConfig(home),
    openBoard: (slug, mode) => {
      const { database, initLock } = boardPaths(home, slug);
      return openBoard({ path: database, initLockPath: initLock, clock: systemClock, mode });
    },
    dispatchContext: (slug) => testContext(home, slug),
    askStore: (name) => Promise.reject(new Error(`no store ${name}`)),
    database: sqliteCare,
    ...parts,
  };
}

/** All that is not well, by name. */
export async function findTroubles(context: DoctorContext): Promise<Record<string, Check>> {
  return troublesOf(await examine(context));
}

/** The same of the default board alone, without a second process. */
export async function findBoardTroubles(context: DoctorContext): Promise<Record<string, Check>> {
  return troublesOf(await checkBoard(context, "default"));
}

function troublesOf(checks: readonly Check[]): Record<string, Check> {
  return Object.fromEntries(checks.filter((one) => one.status !== "ok").map((one) => [one.check, one]));
}

/** Runs statements as another program would. */
export function change(database: string, ...statements: readonly string[]): void {
  using db = new Database(database);
  for (const statement of statements) db.run(statement);
}

/** The rows of a query. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into rows whose shape is what it asks for.
export function rowsOf(database: string, query: string): any[] {
  using db = new Database(database, { readonly: true });
  return db.query(query).all();
}

/** Every file below a folder with its bytes; not the index of a log, which is memory, nor an empty log. */
export function bytesBelow(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    names
      .map((name) => [name, statSync(join(folder, name))] as const)
      .filter(([name, stats]) => !name.endsWith("-shm") && !(name.endsWith("-wal") && stats.size === 0))
      .map(([name, stats]) => [
        name,
        stats.isFile() ? Bun.SHA256.hash(readFileSync(join(folder, name)), "hex") : "",
      ]),
  );
}
