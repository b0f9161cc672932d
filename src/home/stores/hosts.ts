import { join } from "node:path";
import { hostIdentity } from "../../../native-shims/index.ts";
import { BoardError } from "../../board/error.ts";
import { type HostState, hostState, isHeardOf } from "../../board/host-state.ts";
import type { GivenRun, Host, HostRun } from "../../store/hosts.ts";
import { openStore } from "../../store/open/open-store.ts";
import { listServerBoards, openStoreHosts, requireStore } from "../../store/open/servers.ts";
import { readConfig } from "../../system/config/config.ts";
import { findHomeIdentity } from "../../system/home/home-identity.ts";
import { formatDuration } from "../../system/text/duration.ts";
import type { FailedBoard } from "../failed-board.ts";
import { describeError } from "../failure.ts";
import type { Home } from "../session/home.ts";
import { systemClock } from "../session/system-clock.ts";

/** A host of a store, and what it has at this moment. */
export interface ListedHost extends Omit<Host, "beat"> {
  readonly store: string;
  readonly state: HostState;
  /** It is this home. */
  readonly isThis: boolean;
  /** Its runs that are not known to be gone, on all boards of the store. */
  readonly running: readonly Omit<HostRun, "hostId">[];
}

export interface ListedHosts {
  readonly hosts: readonly ListedHost[];
  /** Stores that can't be asked, and why. */
  readonly unread: readonly { readonly store: string; readonly problem: string }[];
  /** The home has no store: its boards are files of this machine. */
  readonly isLocal: boolean;
}

/** The hosts of all stores of the home; a store that can't be asked does not keep the others from being listed. */
export async function listHosts(home: Home): Promise<ListedHosts> {
  const stores = [...readConfig(home.place.home).stores.keys()];
  const hosts: ListedHost[] = [];
  const unread: { store: string; problem: string }[] = [];
  for (const store of stores) {
    try {
      hosts.push(...(await listHostsOf(home, store)));
    } catch (error) {
      unread.push({ store, problem: describeError(error).message });
    }
  }
  return { hosts, unread, isLocal: stores.length === 0 };
}

/** @throws {BoardError} as `openStoreHosts`, unreachable, newer_board */
async function listHostsOf(home: Home, store: string): Promise<readonly ListedHost[]> {
  await using hosts = openStoreHosts(home.place.home, store, home.env);
  const [list, runs] = [await hosts.list(), await hosts.listRuns()];
  const ownId = findHomeIdentity(home.place.home, hostIdentity().machineId);
  return list.map(({ beat: _, ...host }) => ({
    ...host,
    store,
    state: hostState(host),
    isThis: host.id === ownId,
    running: runs.flatMap(({ hostId, ...run }) => (hostId === host.id ? [run] : [])),
  }));
}

export interface FencedHost {
  readonly store: string;
  readonly host: Pick<Host, "id" | "machine" | "home" | "epoch">;
  readonly given: readonly (GivenRun & { readonly board: string })[];
  /** Boards on which nothing could be given away: the same command does the rest. */
  readonly failed: readonly FailedBoard[];
}

/**
 * The host that is meant: by its name, or the beginning of its id.
 * @throws {BoardError} not_found, usage for a name that several have
 */
export async function requireHost(home: Home, name: string): Promise<ListedHost> {
  const { hosts, unread, isLocal } = await listHosts(home);
  if (isLocal)
    throw new BoardError("not_found", "this home has no store: its boards are files of this machine", {
      hint: "see what runs with `kanbun list --status running`; `kanbun explain` says of each what to do",
    });
  const found = hosts.filter(({ id, machine }) => machine === name || (name !== "" && id.startsWith(name)));
  const [host] = found;
  if (host === undefined) {
    const [first] = unread;
    if (first !== undefined) throw new BoardError("unreachable", `${first.store}: ${first.problem}`);
    throw new BoardError("not_found", `there is no host ${name}`, { hint: "see `kanbun hosts`" });
  }
  if (found.length > 1)
    throw new BoardError("usage", `several hosts are called ${name}`, {
      hint: `say which: ${found.map(({ id, machine, home: folder }) => `${id} (${machine}, ${folder})`).join(", ")}`,
    });
  return host;
}

/**
 * The same, as long as it may be fenced.
 * @throws {BoardError} as `requireHost`; usage for this home, conflict for one that was heard of
 */
export async function requireSilentHost(home: Home, name: string): Promise<ListedHost> {
  const host = await requireHost(home, name);
  if (host.isThis)
    throw new BoardError("usage", `${name} is this home`, {
      hint: "`kanbun dispatch --max 0` records what became of its own workers",
    });
  if (isHeardOf(host))
    throw new BoardError(
      "conflict",
      `${host.machine} (${host.id}) is not gone: it was heard of ${formatDuration(host.silentMs)} ago`,
      { hint: "end its dispatcher and its workers there, or wait until it is silent" },
    );
  return host;
}

/**
 * A person's word that a host is gone and none of its workers is left: its epoch is over, and what it runs is given away, one
 * transaction per board. Repeated, it does what is left. @throws {BoardError} conflict for a host that was heard of since
 */
export async function fenceHost(home: Home, host: ListedHost): Promise<FencedHost> {
  const { name: actor } = await home.actor();
  const { id, epoch, machine, home: folder, store } = host;
  if (host.state !== "fenced") {
    await using hosts = openStoreHosts(home.place.home, store, home.env);
    // As it is now: what happened while a person was asked is no reason to fence it.
    const seen = (await hosts.list()).find((one) => one.id === id);
    if (seen === undefined || seen.epoch !== epoch || isHeardOf(seen) || !(await hosts.fence(seen, actor)))
      throw new BoardError("conflict", `${machine} (${id}) is not gone: it was heard of just now`, {
        hint: "see `kanbun hosts`",
      });
  }
  const given: (GivenRun & { board: string })[] = [];
  const failed: FailedBoard[] = [];
  for (const board of await listServerBoards(requireStore(home.place.home, store), home.env)) {
    try {
      const place = { kind: "postgres", slug: null, home: home.place.home, store, board } as const;
      await using kept = await openStore(
        { ...place, folder: join(home.place.home, "kanban") },
        { clock: systemClock, mode: "write", environment: home.env },
      );
      const runs = (await kept.hosts?.giveAway({ id, epoch }, { actor })) ?? [];
      given.push(...runs.map((run) => ({ ...run, board })));
    } catch (error) {
      failed.push({ board, error: describeError(error) });
    }
  }
  return { store, host: { id, machine, home: folder, epoch }, given, failed };
}
