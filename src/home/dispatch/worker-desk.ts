import { BoardError } from "../../board/error.ts";
import { processName } from "../../dispatcher/host.ts";
import { type NudgeListener, tryListenForNudges } from "../../dispatcher/resident/nudge-listener.ts";
import { Broker } from "../../store/broker/broker.ts";
import { openStore } from "../../store/open/open-store.ts";
import { placeOf } from "../../store/place.ts";
import { boardPaths, hasBoard } from "../../system/home/board-paths.ts";
import { parseSlug } from "../../system/home/slug.ts";
import type { Home } from "../session/home.ts";
import { systemClock } from "../session/system-clock.ts";

/** Where workers of boards that servers keep come, as long as a dispatcher stays. */
export interface WorkerDesk {
  /** null where no one can listen, and where nothing is kept on a server. */
  readonly address: string | null;
  close(): void;
}

/** Does what workers of the home ask for. The password of a store is the home's own affair. */
export function makeBroker(home: Home): Broker {
  return new Broker((slug, within) => {
    const paths = parseSlug(slug) === slug ? boardPaths(home.place.home, slug) : null;
    if (paths === null || !hasBoard(paths))
      throw new BoardError("not_found", `there is no board ${slug} in ${home.place.home}`);
    const place = placeOf(paths);
    if (place.kind !== "postgres")
      throw new BoardError("usage", `the board ${slug} is a file: no one is asked for it`);
    return openStore(place, { clock: systemClock, mode: "write", within, environment: home.env });
  });
}

const desks = new Map<string, { readonly listener: NudgeListener | null; users: number }>();

/** A desk beside no resident: of all dispatchers of this process that stay until their work is done. */
export function openWorkerDesk(home: Home, slugs: readonly string[]): WorkerDesk {
  const folder = home.place.home;
  if (!slugs.some((slug) => placeOf(boardPaths(folder, slug)).kind === "postgres"))
    return { address: null, close() {} };
  const name = `${processName()}.run`;
  const broker = makeBroker(home);
  const desk = desks.get(folder) ?? {
    // No one is told of it but the workers that are started from here.
    listener: tryListenForNudges({ home: folder, name, broker }, () => {}),
    users: 0,
  };
  desk.users += 1;
  desks.set(folder, desk);
  let isClosed = false;
  return {
    address: desk.listener?.address ?? null,
    close() {
      if (isClosed) return;
      isClosed = true;
      desk.users -= 1;
      if (desk.users > 0) return;
      desks.delete(folder);
      desk.listener?.close();
    },
  };
}
