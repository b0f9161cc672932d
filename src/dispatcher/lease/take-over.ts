import { homeOfHost } from "../../board/host.ts";
import type { Host } from "../../store/hosts.ts";
import type { BoardStore } from "../../store/store.ts";
import type { ClosedRun, TickView } from "../../store/tick.ts";
import type { Config } from "../../system/config/config.ts";
import type { DispatchContext } from "../context.ts";
import { retryPolicy } from "../tick/policies.ts";

/**
 * Ends the runs of hosts whose leases are over, where the board has them taken over: their guards have killed the workers.
 * @param how.seen the board's live runs, as they were seen last
 */
export async function takeOverSilent(
  { readStoreHosts }: Pick<DispatchContext, "readStoreHosts">,
  store: BoardStore,
  { config, seen }: { readonly config: Config; readonly seen: Pick<TickView, "live" | "others"> },
): Promise<readonly ClosedRun[]> {
  const { takeover } = store;
  const workers = [...seen.live.filter(({ holder }) => holder === "worker"), ...seen.others];
  const has = (host: Host) => workers.some((run) => homeOfHost(run) === host.id);
  const silent = (readStoreHosts?.()?.listSilent() ?? []).filter(has);
  if (takeover === null || silent.length === 0 || (await takeover.getTakeover()) !== "lease") return [];
  const taken: ClosedRun[] = [];
  for (const host of silent) {
    const closed = await takeover.takeOver(host, {
      by: "dispatcher",
      reason: `${host.machine} (home ${host.id}) was silent for ${Math.round(host.silentMs / 1_000)} s: its lease is over`,
      retry: retryPolicy(config.dispatch),
      random: Math.random,
    });
    taken.push(...(closed ?? []));
  }
  return taken;
}
