import { BoardError } from "../../board/error.ts";
import { Dispatcher } from "../../dispatcher/dispatcher.ts";
import { listBoardSlugs } from "../../system/home/board-paths.ts";
import { noBoard } from "../boards/no-board.ts";
import type { Home } from "../session/home.ts";
import { makeDispatchContext } from "./dispatch-context.ts";
import { HostPresence } from "./host-presence.ts";
import type { PresenceOptions } from "./presence-options.ts";
import { openWorkerDesk } from "./worker-desk.ts";

export interface OpenBoard {
  readonly slug: string;
  readonly dispatcher: Dispatcher;
}

export interface OpenBoards {
  readonly open: readonly OpenBoard[];
  /** Makes this home known to the stores of these boards, until they are closed; before the first tick. */
  enter(how: Omit<PresenceOptions, "countAtWork">): Promise<void>;
  close(): Promise<void>;
}

/**
 * A dispatcher for each board that is used: the one that was named, or every board of the home.
 * @throws {BoardError} not_found when there is none.
 */
export function openDispatchers(home: Home, onWorkerExit?: () => void): OpenBoards {
  const { place } = home;
  const presence = new HostPresence(home);
  const slugs = slugsMeant(home);
  // Who does not stay until its workers end has left when they come.
  const desk = onWorkerExit === undefined ? null : openWorkerDesk(home, slugs);
  const staying = { presence, ...(desk === null ? {} : { findWorkerSocket: () => desk.address }) };
  const open = slugs.map((slug) => {
    const context = makeDispatchContext(place.home, slug, home.env, home.kanbun, staying);
    return { slug, dispatcher: new Dispatcher(context, onWorkerExit === undefined ? {} : { onWorkerExit }) };
  });
  return {
    open,
    enter: (how) =>
      presence.begin(
        open.map(({ slug }) => slug),
        { ...how, countAtWork: () => countAtWork(open), onWake: () => onWorkerExit?.() },
      ),
    async close() {
      desk?.close();
      await presence.leave();
      for (const board of open) await board.dispatcher.close();
    },
  };
}

/** How many workers the last ticks left at work here. */
export function countAtWork(open: readonly OpenBoard[]): number {
  return open.reduce((sum, { dispatcher }) => sum + dispatcher.atWork, 0);
}

/** A board that someone named is the only one; the one that merely is current is not. */
export function slugsMeant({ place }: Home): readonly string[] {
  const slugs = listBoardSlugs(place.home);
  const isNamed = place.boardSource === "flag" || place.boardSource === "environment";
  if (isNamed && slugs.includes(place.board)) return [place.board];
  if (!isNamed && slugs.length > 0) return slugs;
  if (slugs.length === 0) throw noBoard(place);
  throw new BoardError("not_found", `there is no board ${place.board} in ${place.home}`, {
    hint: `use one of ${slugs.join(", ")}`,
  });
}
