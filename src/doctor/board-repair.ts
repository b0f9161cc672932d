import type { FileLock } from "../../native-shims/index.ts";
import { BoardError } from "../board/error.ts";
import { DispatchLock } from "../dispatcher/dispatch-lock.ts";
import { Dispatcher } from "../dispatcher/dispatcher.ts";
import { movedRuns, type TickReport } from "../dispatcher/report/report.ts";
import type { DatabaseHealth } from "../store/inspection.ts";
import { databaseFileOf, placeOf } from "../store/place.ts";
import type { BoardStore } from "../store/store.ts";
import { type BoardPaths, boardPaths } from "../system/home/board-paths.ts";
import { backUpDatabase } from "./backup.ts";
import type { DoctorContext } from "./context.ts";
import { lookAtRunFolders, removeRunFolder } from "./run-folders.ts";

/** One thing that was changed, or would be. */
export interface Change {
  readonly board: string;
  readonly kind: "backup" | "index" | "table" | "record" | "task" | "run" | "run_folder";
  readonly detail: string;
}

/**
 * What `repairBoard` would change, found without changing a byte. What lies behind damaged indexes is not looked at.
 * @throws {BoardError} damaged for what cannot be repaired
 */
export async function planRepair(context: DoctorContext, slug: string): Promise<readonly Change[]> {
  const paths = boardPaths(context.home, slug);
  const say = changesOf(slug);
  const { indexes, tables } = requireRepairable(context, databaseFileOf(placeOf(paths)));
  if (indexes.length > 0)
    return [
      say("backup", "keep a copy of the database"),
      ...indexes.map((name) => say("index", `rebuild ${name}`)),
    ];
  const missing = tables.flatMap(({ add }) => (add === null ? [] : say("table", `add ${add}`)));
  if (tables.some(({ keepsFrom }) => keepsFrom === "reading")) return missing;
  await using store = await context.openBoard(slug, "read");
  const { flaws, strandedTasks } = await store.inspect();
  const { stale } = await lookAtRunFolders(store, paths.runs, context.clock.nowMs());
  return [
    ...missing,
    ...flaws.flatMap((flaw) => (flaw.repair === null ? [] : say("record", flaw.repair))),
    ...flaws
      .filter((flaw) => flaw.kind === "live_without_run")
      .map((flaw) => say("record", `forget the processes of run ${flaw.runId}, if they are gone`)),
    ...strandedTasks.map((id) => say("task", `make ${id} ready`)),
    ...stale.filter((one) => one.obstacle === null).map((one) => say("run_folder", `remove ${one.path}`)),
  ];
}

/**
 * Repairs what can be repaired on a board, all of it under its dispatch lock; what was changed.
 * @throws {BoardError} conflict at once when another process has the lock, damaged for what cannot be repaired: then
 *   nothing was changed, but that a copy may have been kept
 */
export async function repairBoard(context: DoctorContext, slug: string): Promise<readonly Change[]> {
  const paths = boardPaths(context.home, slug);
  const lock = takeLock(paths, () => context.clock.nowMs());
  try {
    const changes: Change[] = [];
    // First, while no connection of ours is open: the copy is made by path (I10).
    changes.push(...repairDatabase(context, slug, databaseFileOf(placeOf(paths))));
    await using store = await context.openBoard(slug, "write");
    changes.push(...(await repairRecords(context, slug, store)));
    changes.push(...(await recordEnded(context, slug, { store, lock })));
    changes.push(...(await removeStaleFolders(context, paths, store)));
    return changes;
  } finally {
    lock.release();
  }
}

function takeLock(paths: BoardPaths, nowMs: () => number): FileLock {
  const dispatchLock = new DispatchLock(placeOf(paths));
  const lock = dispatchLock.try(nowMs);
  if (lock !== null) return lock;
  const holder = dispatchLock.readHolder();
  const who = holder === null ? "" : ` (pid ${holder.pid} on ${holder.host})`;
  throw new BoardError("conflict", `a dispatcher is running on ${paths.slug}${who}: nothing was fixed`, {
    hint: "stop it or wait for it, then try again; `kanbun status` shows its pid",
  });
}

function repairDatabase(context: DoctorContext, slug: string, database: string | null): Change[] {
  const { indexes, tables } = requireRepairable(context, database);
  const say = changesOf(slug);
  if (database === null) return [];
  if (indexes.length === 0) {
    const missing = tables.flatMap(({ add }) => add ?? []);
    if (missing.length > 0) context.database.addMissing(database);
    return missing.map((name) => say("table", `added ${name}`));
  }
  const { path, isNew, removed } = backUpDatabase(database);
  context.database.rebuildIndexes(database, indexes);
  return [
    say("backup", isNew ? `kept a copy in ${path}` : `a copy was kept before, in ${path}`),
    ...removed.map((old) => say("backup", `removed the older copy ${old}`)),
    ...indexes.map((name) => say("index", `rebuilt ${name}`)),
  ];
}

/** The damaged indexes, and what is missing. @throws {BoardError} damaged when more than indexes is */
function requireRepairable(
  { database }: DoctorContext,
  path: string | null,
): Pick<DatabaseHealth, "indexes" | "tables"> {
  if (path === null) return { indexes: [], tables: [] };
  const { damage, lines, ...found } = database.examine(path);
  if (damage !== "tables") return found;
  throw new BoardError(
    "damaged",
    `${path} is damaged beyond its indexes (${lines[0]}): nothing was changed`,
    {
      hint: database.salvage,
    },
  );
}

async function repairRecords(context: DoctorContext, slug: string, store: BoardStore): Promise<Change[]> {
  const { flaws } = await store.inspect();
  if (flaws.every((flaw) => flaw.repair === null)) return [];
  const repaired = await store.repairRecords({ actor: context.actor });
  return repaired.map((flaw) => changesOf(slug)("record", flaw.repair ?? flaw.detail));
}

/** A tick that claims nothing, under the lock that is held: it records ended runs and promotes tasks that wait for nothing. */
async function recordEnded(
  context: DoctorContext,
  slug: string,
  { store, lock }: { readonly store: BoardStore; readonly lock: FileLock },
): Promise<Change[]> {
  const say = changesOf(slug);
  const unknown = await listLiveWithoutRun(store);
  const dispatcher = new Dispatcher(context.dispatchContext(slug), { tryLock: () => lent(lock) });
  let report: TickReport;
  try {
    report = await dispatcher.tick({ max: 0, reconcile: true });
  } finally {
    await dispatcher.close();
  }
  const left = await listLiveWithoutRun(store);
  return [
    ...movedRuns(report).map(({ taskId }) => say("run", `recorded the end of the run of ${taskId}`)),
    ...report.promoted.map((id) => say("task", `made ${id} ready`)),
    ...unknown
      .filter((runId) => !left.includes(runId))
      .map((runId) => say("record", `forgot the processes of run ${runId}`)),
  ];
}

async function listLiveWithoutRun(store: BoardStore): Promise<(number | null)[]> {
  const { flaws } = await store.inspect();
  return flaws.filter((flaw) => flaw.kind === "live_without_run").map((flaw) => flaw.runId);
}

async function removeStaleFolders(
  context: DoctorContext,
  paths: BoardPaths,
  store: BoardStore,
): Promise<Change[]> {
  const { stale } = await lookAtRunFolders(store, paths.runs, context.clock.nowMs());
  return stale
    .filter(({ runId, obstacle }) => obstacle === null && removeRunFolder(paths.runs, runId))
    .map(({ path }) => changesOf(paths.slug)("run_folder", `removed ${path}`));
}

/** The lock as someone has it who must give it back untouched. */
function lent(lock: FileLock): FileLock {
  const keep = () => {};
  return { path: lock.path, writeNote: keep, release: keep, [Symbol.dispose]: keep };
}

function changesOf(board: string) {
  return (kind: Change["kind"], detail: string): Change => ({ board, kind, detail });
}
