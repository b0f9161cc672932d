import { type Elsewhere, nothingElsewhere } from "../board/admission.ts";
import type { SlotPlace } from "../board/slots.ts";
import { addBoard, readElsewhere } from "../dispatcher/home-slots.ts";
import { listBoardSlugs } from "../system/board-paths.ts";
import type { Place } from "./place.ts";
import { openSession } from "./session.ts";

/** What the other boards of the home bring to a decision. Boards that cannot be opened count nothing. */
export async function lookElsewhere(place: Place, at: SlotPlace): Promise<Elsewhere> {
  let elsewhere = nothingElsewhere;
  for (const slug of listBoardSlugs(place.home)) {
    if (slug === place.board) continue;
    try {
      await using other = await openSession(place, slug, { mode: "read", actor: { name: "", env: {} } });
      elsewhere = addBoard(elsewhere, await readElsewhere(other.store, at));
    } catch {
      // Its own `status` says what is wrong with it; here it must not hide this board.
    }
  }
  return elsewhere;
}
