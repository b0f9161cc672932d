import { resolve } from "node:path";
import type { DispatchContext } from "../dispatcher/context.ts";
import { openBoard } from "../store/sqlite/open.ts";
import { readBoardMetadata } from "../system/board-metadata.ts";
import { boardPaths, listBoardSlugs } from "../system/board-paths.ts";
import { systemClock } from "../system/clock.ts";
import { loadConfig } from "../system/config.ts";

/** A tick does not wait long for another writer: it holds the dispatch lock, and the next tick comes soon. */
const tickBusyTimeoutMs = 5_000;

/** What a dispatcher of the board `slug` is given. */
export function makeDispatchContext(
  home: string,
  slug: string,
  env: Readonly<Record<string, string | undefined>>,
): DispatchContext {
  const paths = boardPaths(home, slug);
  const open = (path: string, initLockPath: string, mode: "read" | "write") =>
    openBoard({ path, initLockPath, mode, clock: systemClock, busyTimeoutMs: tickBusyTimeoutMs });
  return {
    home,
    paths,
    clock: systemClock,
    loadConfig: () => loadConfig(home),
    openStore: (database) => open(database, paths.initLock, "write"),
    openOthers: () =>
      Promise.all(
        listBoardSlugs(home)
          .filter((other) => other !== slug)
          .map((other) => boardPaths(home, other))
          .map((other) => open(other.database, other.initLock, "read")),
      ),
    defaultWorkdir: readBoardMetadata(paths)?.defaultWorkdir ?? null,
    selfCommand: selfCommand(),
    environment: env,
  };
}

/** A standalone executable is itself; otherwise it is Bun with the file that was started. */
function selfCommand(): readonly string[] {
  const main = resolve(import.meta.dir, "main.ts");
  return import.meta.dir.startsWith("/$bunfs") ? [process.execPath] : [process.execPath, main];
}
