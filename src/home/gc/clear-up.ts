import { slugsMeant } from "../dispatch/dispatch-boards.ts";
import type { Home } from "../session/home.ts";
import { systemClock } from "../session/system-clock.ts";
import { listOldRunFiles, type OldRunFile, removeOldRunFile } from "./run-files.ts";
import { listOldWorktrees, type OldWorktree, removeOldWorktree } from "./worktrees.ts";

/** How long things are kept; what is not given is as in kanbun.toml. */
export interface ClearUpOptions {
  readonly isDryRun?: boolean | undefined;
  readonly logsMs?: number | undefined;
  readonly runsMs?: number | undefined;
  readonly eventsMs?: number | undefined;
  readonly worktreesMs?: number | undefined;
}

/** What was removed of one kind, or would be. */
interface ClearedKind {
  readonly count: number;
  readonly sizeBytes: number;
}

export interface ClearedBoard {
  readonly board: string;
  readonly logs: ClearedKind;
  readonly runFolders: ClearedKind;
  /** Of events the size of what they say; the database gives their pages to what comes next. */
  readonly events: ClearedKind;
  readonly worktrees: ClearedKind;
  /** What is old enough and stays all the same, and why; of each kind the first few. */
  readonly kept: readonly { readonly path: string; readonly reason: string }[];
}

/** So many in one transaction: no one else waits long for the board. */
const eventsAtOnce = 5_000;
const keptMax = 20;

/**
 * Removes what has been kept long enough, of the boards that are used; without the dispatch lock, and nothing that a run needs
 * that is open or not gone (I8).
 */
export async function clearUp(home: Home, options: ClearUpOptions): Promise<readonly ClearedBoard[]> {
  const { gc } = await home.place.config();
  const ages = {
    logsMs: options.logsMs ?? gc.logsMs,
    runsMs: options.runsMs ?? gc.runsMs,
    eventsMs: options.eventsMs ?? gc.eventsMs,
    worktreesMs: options.worktreesMs ?? gc.worktreesMs,
    nowMs: systemClock.nowMs(),
  };
  const boards: ClearedBoard[] = [];
  for (const slug of slugsMeant(home))
    boards.push(await clearBoard(home, slug, ages, options.isDryRun ?? false));
  return boards;
}

interface Ages {
  readonly logsMs: number;
  readonly runsMs: number;
  readonly eventsMs: number | null;
  readonly worktreesMs: number | null;
  readonly nowMs: number;
}

async function clearBoard(home: Home, slug: string, ages: Ages, isDryRun: boolean): Promise<ClearedBoard> {
  await using session = await home.open(isDryRun ? "read" : "write", slug);
  const { store, place } = session;
  const { runs } = place.paths;
  const kept: { path: string; reason: string }[] = [];
  const files = (await listOldRunFiles(store, runs, ages)).filter((file) => {
    if (isDryRun || removeOldRunFile(runs, file)) return true;
    if (kept.length < keptMax)
      kept.push({ path: file.path, reason: "something in it, or a process, speaks against it" });
    return false;
  });
  const old = await listOldWorktrees(store, ages);
  const worktrees: OldWorktree[] = [];
  for (const worktree of old) {
    const reason = worktree.obstacle ?? (isDryRun ? null : removeOldWorktree(worktree));
    if (reason === null) worktrees.push(worktree);
    else if (kept.length < keptMax) kept.push({ path: worktree.path, reason });
  }
  const events = { count: 0, sizeBytes: 0 };
  if (ages.eventsMs !== null) {
    const beforeMs = ages.nowMs - ages.eventsMs;
    Object.assign(events, await store.measureOldEvents(beforeMs));
    while (!isDryRun && (await store.removeOldEvents(beforeMs, eventsAtOnce)) === eventsAtOnce);
  }
  // What the board has of logs that may be on another machine goes by the age of logs.
  const keptBeforeMs = ages.nowMs - ages.logsMs;
  const keptLogs = await store.measureOldRunLogs(keptBeforeMs);
  while (
    !isDryRun &&
    keptLogs.count > 0 &&
    (await store.removeOldRunLogs(keptBeforeMs, eventsAtOnce)) === eventsAtOnce
  );
  const sum = (of: readonly (OldRunFile | OldWorktree)[]): ClearedKind => ({
    count: of.length,
    sizeBytes: of.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
  });
  return {
    board: slug,
    logs: addTo(sum(files.filter(({ kind }) => kind === "log")), keptLogs),
    runFolders: sum(files.filter(({ kind }) => kind === "run_folder")),
    events,
    worktrees: sum(worktrees),
    kept,
  };
}

function addTo(one: ClearedKind, other: ClearedKind): ClearedKind {
  return { count: one.count + other.count, sizeBytes: one.sizeBytes + other.sizeBytes };
}
