import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { BoardError } from "../board/error.ts";
import type { CliContext } from "../cli/command.ts";
import { visibleLine } from "../cli/text/visible.ts";
import { DispatchLock } from "../dispatcher/dispatch-lock.ts";
import { writeBoardMetadata } from "../system/board-metadata.ts";
import type { BoardPaths } from "../system/board-paths.ts";
import { resolveBoardSlug, writeCurrentBoard } from "../system/current-board.ts";
import { requireBoard } from "./board-changes.ts";
import { endLiveWorker } from "./worker-end.ts";

/**
 * `kanbun boards rm`: moves the board's folder into the archive. Nothing is deleted, and nothing goes on running.
 * @throws {BoardError} illegal_move for the default board, conflict while it has live runs or is dispatched
 */
export async function archiveBoard(cli: CliContext, text: string, force: boolean): Promise<void> {
  const { home } = cli.place;
  const paths = requireBoard(home, text);
  if (paths.slug === "default")
    throw new BoardError(
      "illegal_move",
      "the default board cannot be removed: its files are those of the home",
      {
        hint: "archive its tasks, or remove the home yourself",
      },
    );
  if (force) await endAllRuns(cli, paths.slug);
  const lock = new DispatchLock(paths.database).try(Date.now);
  if (lock === null)
    throw new BoardError("conflict", `a dispatcher is at work on ${paths.slug}`, {
      hint: "end it, then try again; `kanbun status` says who it is",
    });
  let archive: string;
  try {
    // Under the lock: no dispatcher can start anything between this look and the move.
    await requireNoLiveRun(cli, paths.slug);
    archive = moveAway(paths, home);
  } finally {
    lock.release();
  }
  writeBoardMetadata({ slug: paths.slug, metadata: join(archive, "board.json") }, { archived: true });
  // As it is without --board: that option may well name the board that is being removed.
  if (resolveBoardSlug({ flag: undefined, env: {}, home }).slug === paths.slug)
    writeCurrentBoard(home, "default");
  await cli.output.answer(
    { slug: paths.slug, archive },
    () => `archived ${paths.slug}: its files are in ${visibleLine(archive)}\n`,
  );
}

async function requireNoLiveRun(cli: CliContext, slug: string): Promise<void> {
  await using session = await cli.open("read", slug);
  const live = await session.store.listLiveRuns();
  if (live.length === 0) return;
  throw new BoardError("conflict", `${slug} has ${live.length} live run${live.length === 1 ? "" : "s"}`, {
    hint: "wait for them, or repeat the command with --force to end them",
  });
}

/** Takes every running task back, and waits until its worker is gone. */
async function endAllRuns(cli: CliContext, slug: string): Promise<void> {
  await using session = await cli.open("write", slug);
  const { store } = session;
  for (const run of await store.listLiveRuns()) {
    if (run.isOpen) await store.reclaimTask(run.taskId, "its board is archived", session.by(run.taskId));
    await endLiveWorker(cli, session, run.taskId);
  }
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
