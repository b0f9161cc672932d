import { homeOfHost } from "../../board/host.ts";
import type { DispatchContext } from "../../dispatcher/context.ts";
import { hostOf } from "../../dispatcher/host.ts";
import { listResidents } from "../../dispatcher/resident/residents.ts";
import { openStore } from "../../store/open/open-store.ts";
import { placeOf } from "../../store/place.ts";
import { createConfigReader } from "../../system/config/config.ts";
import { readBoardMetadata } from "../../system/home/board-metadata.ts";
import { boardPaths } from "../../system/home/board-paths.ts";
import { listOtherBoards } from "../session/other-boards.ts";
import { systemClock } from "../session/system-clock.ts";
import type { HostPresence } from "./host-presence.ts";
import { selfCommand } from "./self-command.ts";

/** A tick does not wait long for another writer: it holds the dispatch lock, and the next tick comes soon. */
const tickBusyTimeoutMs = 5_000;

interface Staying {
  readonly presence?: HostPresence | null;
  readonly findWorkerSocket?: () => string | null;
}

/**
 * What a dispatcher of the board `slug` is given.
 * @param kanbun asked when the first worker is started
 * @param staying of a dispatcher that stays: this home among the hosts of boards on servers, and where it listens to workers; left out:
 *   it is not made known, and workers speak to a resident of the home, if there is one
 */
export function makeDispatchContext(
  home: string,
  slug: string,
  env: Readonly<Record<string, string | undefined>>,
  kanbun: () => readonly string[] = selfCommand,
  { presence = null, findWorkerSocket = () => findResidentSocket(home) }: Staying = {},
): DispatchContext {
  const paths = boardPaths(home, slug);
  const common = { clock: systemClock, busyTimeoutMs: tickBusyTimeoutMs, environment: env };
  const place = placeOf(paths);
  return {
    home,
    paths,
    place,
    readHostEpoch: () => (place.kind === "sqlite" ? null : (presence?.epochIn(place.store) ?? null)),
    readStoreHosts: () => (place.kind === "sqlite" ? null : (presence?.leasesOf(place.store) ?? null)),
    clock: systemClock,
    loadConfig: createConfigReader(home),
    openStore: (place) =>
      // A commit of a tick is made under the dispatch lock: its dispatcher moves the log when the lock is free.
      openStore(place, {
        ...common,
        mode: "write",
        leavesCheckpoints: true,
        dispatcher: place.kind === "sqlite" ? null : homeOfHost(hostOf(place)),
      }),
    listOthers: () => listOtherBoards({ home, environment: env }, slug, tickBusyTimeoutMs),
    readDefaultWorkdir: () => readBoardMetadata(paths)?.defaultWorkdir ?? null,
    get selfCommand() {
      return kanbun();
    },
    environment: env,
    findWorkerSocket,
  };
}

function findResidentSocket(home: string): string | null {
  return listResidents(home).find(({ address }) => address !== null)?.address ?? null;
}
