import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { BoardError } from "../../board/error.ts";
import { type Remains, removeTree } from "../../system/files/remove-tree.ts";
import { writeBoardMetadata } from "../../system/home/board-metadata.ts";
import type { BoardPaths } from "../../system/home/board-paths.ts";
import { resolveBoardSlug, writeCurrentBoard } from "../../system/home/current-board.ts";
import type { Home } from "../session/home.ts";
import { endLiveWorker } from "../tasks/worker-end.ts";
import { requireBoard } from "./board-changes.ts";
import { lockBetweenTicks } from "./lock-between-ticks.ts";

/** A board that was archived. */
export interface ArchivedBoard {
  readonly slug: string;
  /** Where its files are now. */
  readonly archive: string;
  /** What has to be said beside it, such as of a worker that could not be ended. */
  readonly notes: readonly string[];
}

/**
 * Moves the board's folder into the archive. Nothing is deleted, and nothing goes on running.
 * @param how.force ends its running workers first
 * @throws {BoardError} illegal_move for the default board, conflict while it has live runs or is dispatched
 */
export async function archiveBoard(
  home: Home,
  text: string,
  { force = false }: { readonly force?: boolean } = {},
): Promise<ArchivedBoard> {
  const folder = home.place.home;
  const paths = requireBoard(home.place, text);
  if (paths.slug === "default")
    throw new BoardError(
      "illegal_move",
      "the default board cannot be removed: its files are those of the home",
      {
        hint: "archive its tasks, or remove the home yourself",
      },
    );
  const notes = force ? await endAllRuns(home, paths.slug) : [];
  const lock = await lockBetweenTicks(paths);
  let archive: string;
  try {
    // Under the lock: no dispatcher can start anything between this look and the move.
    await requireNoLiveRun(home, paths.slug);
    archive = moveAway(paths, folder);
  } finally {
    lock.release();
  }
  writeBoardMetadata({ slug: paths.slug, metadata: join(archive, "board.json") }, { archived: true });
  // As it is without --board: that option may well name the board that is being removed.
  if (resolveBoardSlug({ flag: undefined, env: {}, home: folder }).slug === paths.slug)
    writeCurrentBoard(folder, "default");
  return { slug: paths.slug, archive, notes };
}

/** A board that was deleted. */
export interface DeletedBoard {
  readonly slug: string;
  /** What could not be removed; null: nothing is left. */
  readonly left: Remains | null;
  readonly notes: readonly string[];
}

/**
 * Archives the board, then removes what was archived: links themselves and not what they lead to, and nothing that is
 * mounted there (I8). @throws {BoardError} as `archiveBoard`
 */
export async function deleteBoard(
  home: Home,
  text: string,
  how: { readonly force?: boolean } = {},
): Promise<DeletedBoard> {
  const { slug, archive, notes } = await archiveBoard(home, text, how);
  return { slug, left: removeTree(archive), notes };
}

async function requireNoLiveRun(home: Home, slug: string): Promise<void> {
  await using session = await home.open("read", slug);
  const live = await session.store.listLiveRuns();
  if (live.length === 0) return;
  throw new BoardError("conflict", `${slug} has ${live.length} live run${live.length === 1 ? "" : "s"}`, {
    hint: "wait for them, or repeat the command with --force to stop them",
  });
}

/** Takes every running task back, and waits until its worker is gone; what could not be done. */
async function endAllRuns(home: Home, slug: string): Promise<readonly string[]> {
  await using session = await home.open("write", slug);
  const notes: string[] = [];
  const { store } = session;
  for (const run of await store.listLiveRuns()) {
    if (run.isOpen) await store.reclaimTask(run.taskId, "its board is archived", session.by(run.taskId));
    const end = await endLiveWorker(home, session, run.taskId);
    if (end?.problem != null) notes.push(end.problem);
  }
  return notes;
}

function moveAway(paths: BoardPaths, home: string): string {
  const folder = join(home, "kanban", "boards", "_archived");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (let at = Math.floor(Date.now() / 1000); ; at += 1) {
    const archive = join(folder, `${paths.slug}-${at}`);
    if (existsSync(archive)) continue;
    renameSync(dirname(paths.database), archive);
    return archive;
  }
}
