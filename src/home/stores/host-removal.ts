import { BoardError } from "../../board/error.ts";
import { isHeardOf } from "../../board/host-state.ts";
import type { Host } from "../../store/hosts.ts";
import { openStoreHosts } from "../../store/open/servers.ts";
import { boardPaths } from "../../system/home/board-paths.ts";
import { readBoardStore } from "../../system/home/board-store.ts";
import { slugsMeant } from "../dispatch/dispatch-boards.ts";
import type { Home } from "../session/home.ts";
import { type ListedHost, listHosts } from "./hosts.ts";

/** A host that was taken off the list of its store. */
export interface RemovedHost extends Pick<Host, "id" | "machine" | "home" | "silentMs"> {
  readonly store: string;
}

/**
 * Takes a host off the list for good, on a person's word; if its home dispatches again it is listed again.
 * @throws {BoardError} conflict where it has runs, or was heard of since
 */
export async function removeHost(home: Home, host: ListedHost): Promise<RemovedHost> {
  await home.requireMayChange();
  const { id, machine, store, running } = host;
  const name = `${machine} (${id})`;
  if (running.length > 0)
    throw new BoardError(
      "conflict",
      `${name} still has ${running.length === 1 ? "1 run" : `${running.length} runs`}`,
      {
        hint: `if it is gone, give them away first: \`kanbun hosts fence ${id}\``,
      },
    );
  await using hosts = openStoreHosts(home.place.home, store, home.env);
  const seen = (await hosts.list()).find((one) => one.id === id && one.epoch === host.epoch);
  if (seen === undefined || !isQuiet(seen, 0) || !(await hosts.remove(seen)))
    throw new BoardError("conflict", `${name} was heard of just now, or has claimed something`, {
      hint: "see `kanbun hosts`",
    });
  return toRemoved(store, seen);
}

/**
 * Takes off the list what holds nothing and has been silent for long, of the stores that keep the boards that are used.
 * @param how.keptMs default: as in kanbun.toml @param how.isDryRun only names them
 */
export async function removeOldHosts(
  home: Home,
  how: { readonly keptMs?: number | undefined; readonly isDryRun?: boolean | undefined },
): Promise<readonly RemovedHost[]> {
  const { home: folder } = home.place;
  const { keptMs = (await home.place.config()).gc.hostsMs, isDryRun = false } = how;
  const slugs = slugsMeant(home);
  const stores = new Set(slugs.flatMap((slug) => readBoardStore(boardPaths(folder, slug))?.store ?? []));
  if (stores.size === 0) return [];
  const listed = (await listHosts(home)).hosts.filter((host) => stores.has(host.store) && !host.isThis);
  const removed: RemovedHost[] = [];
  for (const { store, id, running } of listed.filter((host) => isQuiet(host, keptMs))) {
    if (running.length > 0) continue;
    await using hosts = openStoreHosts(folder, store, home.env);
    const seen = (await hosts.list()).find((one) => one.id === id);
    if (seen === undefined || !isQuiet(seen, keptMs)) continue;
    if (isDryRun || (await hosts.remove(seen))) removed.push(toRemoved(store, seen));
  }
  return removed;
}

function isQuiet(host: Pick<Host, "beatMs" | "silentMs" | "leftAtMs" | "fence">, keptMs: number): boolean {
  return !isHeardOf(host) && host.silentMs >= keptMs;
}

function toRemoved(store: string, { id, machine, home, silentMs }: Host): RemovedHost {
  return { store, id, machine, home, silentMs };
}
