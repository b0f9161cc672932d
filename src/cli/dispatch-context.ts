import { BoardError } from "../board/error.ts";
import type { DispatchContext } from "../dispatcher/context.ts";
import { openBoard } from "../store/sqlite/open.ts";
import type { BoardStore } from "../store/store.ts";
import { readBoardMetadata } from "../system/board-metadata.ts";
import { boardPaths, listBoardSlugs } from "../system/board-paths.ts";
import { systemClock } from "../system/clock.ts";
import { createConfigReader } from "../system/config.ts";
import { selfCommand } from "./self-command.ts";

/** A tick does not wait long for another writer: it holds the dispatch lock, and the next tick comes soon. */
const tickBusyTimeoutMs = 5_000;

/** What a dispatcher of the board `slug` is given. */
export function makeDispatchContext(
  home: string,
  slug: string,
  env: Readonly<Record<string, string | undefined>>,
): DispatchContext {
  const paths = boardPaths(home, slug);
  const common = { clock: systemClock, busyTimeoutMs: tickBusyTimeoutMs };
  return {
    home,
    paths,
    clock: systemClock,
    loadConfig: createConfigReader(home),
    openStore: (path) =>
      // A commit of a tick is made under the dispatch lock: its dispatcher moves the log when the lock is free.
      openBoard({ ...common, path, initLockPath: paths.initLock, mode: "write", leavesCheckpoints: true }),
    openOthers: async () => {
      const others: BoardStore[] = [];
      try {
        for (const other of listBoardSlugs(home).filter((one) => one !== slug)) {
          const { database: path, initLock: initLockPath } = boardPaths(home, other);
          const store = await openBoard({ ...common, path, initLockPath, mode: "read" }).catch(unreadable);
          if (store !== null) others.push(store);
        }
        return others;
      } catch (error) {
        for (const store of others) store.close();
        throw error;
      }
    },
    defaultWorkdir: readBoardMetadata(paths)?.defaultWorkdir ?? null,
    selfCommand: selfCommand(),
    environment: env,
  };
}

/**
 * A board that is damaged, or none, starts no worker, and must not keep the others from starting theirs: it counts
 * for none. One that is merely busy is not counted away.
 */
function unreadable(error: unknown): null {
  const kind = error instanceof BoardError ? error.kind : null;
  if (kind === "damaged" || kind === "not_a_board" || kind === "newer_board") return null;
  throw error;
}
