import { listBoardSlugs } from "../system/board-paths.ts";
import type { Place } from "./place.ts";
import { openSession } from "./session.ts";

/** Workers of this host that live on the other boards of the home. Boards that cannot be opened count nothing. */
export async function countElsewhere(place: Place, host: string): Promise<number> {
  let used = 0;
  for (const slug of listBoardSlugs(place.home)) {
    if (slug === place.board) continue;
    try {
      await using other = await openSession(place, slug, { mode: "read", actor: { name: "", env: {} } });
      used += (await other.store.countSlots(host)).board;
    } catch {
      // Its own `status` says what is wrong with it; here it must not hide this board.
    }
  }
  return used;
}
