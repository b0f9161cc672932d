import { homeOfHost } from "../../board/host.ts";
import { type HostState, hostState } from "../../board/host-state.ts";
import { seenFrom } from "../../dispatcher/host.ts";
import type { Host } from "../../store/hosts.ts";
import { placeOf } from "../../store/place.ts";
import { formatDuration } from "../../system/text/duration.ts";
import type { Session } from "../session/session.ts";

/** A host as one board has it. */
export interface BoardHost
  extends Pick<
    Host,
    "id" | "machine" | "silentMs" | "leaseMs" | "slots" | "slotsFree" | "profiles" | "labels"
  > {
  readonly state: HostState;
  readonly isThis: boolean;
  /** Its runs on this board that are not known to be gone. */
  readonly running: number;
}

/** The hosts that dispatch the board, or run something of it; none of a board that is a file. @throws {BoardError} unreachable */
export async function listBoardHosts({
  store,
  place,
}: Pick<Session, "store" | "place">): Promise<BoardHost[]> {
  const at = placeOf(place.paths);
  if (store.hosts === null || at.kind === "sqlite") return [];
  const [hosts, live] = [await store.hosts.list(), await store.listLiveRuns()];
  const ownId = homeOfHost(seenFrom(at));
  return hosts.flatMap((host) => {
    const { id, machine, silentMs, leaseMs, slots, slotsFree, profiles, labels, boards } = host;
    const running = live.filter((run) => run.holder === "worker" && homeOfHost(run) === id).length;
    if (running === 0 && !boards.includes(at.board)) return [];
    const state = hostState(host);
    const told = { id, machine, silentMs, leaseMs, slots, slotsFree, profiles, labels };
    return [{ ...told, state, isThis: id === ownId, running }];
  });
}

/** So many hosts are named in a line. */
const namedMax = 3;

/** The first few, and how many there are besides. */
export function nameSome(hosts: readonly BoardHost[], name: (host: BoardHost) => string): string {
  const more = hosts.length > namedMax ? [`${hosts.length - namedMax} more`] : [];
  return [...hosts.slice(0, namedMax).map(name), ...more].join("; ");
}

/** Hosts that may start a task, and how much each could: `north (2 free slots) starts it`. */
export function describeStarting(hosts: readonly BoardHost[]): string {
  const named = nameSome(
    hosts,
    ({ machine, slotsFree }) => `${machine} (${slotsFree} free slot${slotsFree === 1 ? "" : "s"})`,
  );
  return hosts.length === 1 ? `${named} starts it` : `one of these starts it: ${named}`;
}

/** How a host is named beside others: `north, alive`. */
export function nameHost({ machine, state, silentMs }: BoardHost): string {
  return `${machine}, ${hostStateWords(state, silentMs)}`;
}

function hostStateWords(state: HostState, silentMs: number): string {
  switch (state) {
    case "alive":
      return "alive";
    case "silent":
      return `silent for ${formatDuration(silentMs)}`;
    case "left":
      return "whose dispatcher has ended";
    case "passing":
      return "which does not stay";
    case "fenced":
      return "fenced";
  }
}
