import type { OtherBoard } from "../../dispatcher/tick/other-boards.ts";
import { openBoard } from "../../store/sqlite/open.ts";
import { boardPaths, listBoardSlugs } from "../../system/home/board-paths.ts";
import { systemClock } from "./system-clock.ts";

/** The boards of the home but for `slug`. @param busyTimeoutMs how long a read waits where one must wait at all */
export function listOtherBoards(home: string, slug: string, busyTimeoutMs = 1_000): readonly OtherBoard[] {
  return listBoardSlugs(home)
    .filter((other) => other !== slug)
    .map((other) => {
      const { database: path, initLock: initLockPath } = boardPaths(home, other);
      const open = () => openBoard({ path, initLockPath, clock: systemClock, mode: "read", busyTimeoutMs });
      return { slug: other, open };
    });
}
