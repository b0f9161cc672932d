import { seenFrom } from "../../dispatcher/host.ts";
import type { OtherBoard } from "../../dispatcher/tick/other-boards.ts";
import { openStore } from "../../store/open/open-store.ts";
import { placeOf } from "../../store/place.ts";
import { boardPaths, listBoardSlugs } from "../../system/home/board-paths.ts";
import type { Place } from "./place.ts";
import { systemClock } from "./system-clock.ts";

/** The boards of the home but for `slug`. @param busyTimeoutMs how long a read waits where one must wait at all */
export function listOtherBoards(
  { home, environment }: Pick<Place, "home" | "environment">,
  slug: string,
  busyTimeoutMs = 1_000,
): readonly OtherBoard[] {
  const how = { clock: systemClock, mode: "read", busyTimeoutMs, environment } as const;
  return listBoardSlugs(home)
    .filter((other) => other !== slug)
    .map((other) => ({
      slug: other,
      host: () => seenFrom(placeOf(boardPaths(home, other))),
      open: async () => openStore(placeOf(boardPaths(home, other)), how),
    }));
}
