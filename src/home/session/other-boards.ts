import type { OtherBoard } from "../../dispatcher/tick/other-boards.ts";
import { openStore } from "../../store/open/open-store.ts";
import { placeOf } from "../../store/place.ts";
import { boardPaths, listBoardSlugs } from "../../system/home/board-paths.ts";
import { systemClock } from "./system-clock.ts";

/** The boards of the home but for `slug`. @param busyTimeoutMs how long a read waits where one must wait at all */
export function listOtherBoards(home: string, slug: string, busyTimeoutMs = 1_000): readonly OtherBoard[] {
  return listBoardSlugs(home)
    .filter((other) => other !== slug)
    .map((other) => {
      const place = placeOf(boardPaths(home, other));
      const open = () => openStore(place, { clock: systemClock, mode: "read", busyTimeoutMs });
      return { slug: other, open };
    });
}
