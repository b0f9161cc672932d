import type { StoreHosts } from "../../dispatcher/context.ts";
import { boardPaths } from "../../system/home/board-paths.ts";
import { readBoardStore } from "../../system/home/board-store.ts";
import type { Home } from "../session/home.ts";
import type { PresenceOptions } from "./presence-options.ts";
import type { StoreHost } from "./store-host.ts";

/**
 * This home among the hosts of each store that keeps boards which it dispatches. It goes on beside the ticks: none of them fails, or
 * waits, because a store could not be told. A home without such boards loads nothing of it.
 */
export class HostPresence {
  readonly #home: Home;
  #options: PresenceOptions | null = null;
  #hosts: ReadonlyMap<string, StoreHost> = new Map();
  #slugs: readonly string[] = [];

  constructor(home: Home) {
    this.#home = home;
  }

  /** Under which epoch it is registered there; null: it isn't. */
  epochIn(store: string): number | null {
    return this.#hosts.get(store)?.epoch ?? null;
  }

  /** What is known of the leases of that store; null: this home does not stay there. */
  leasesOf(store: string): StoreHosts | null {
    return this.#hosts.get(store)?.lease ?? null;
  }

  /** Makes it known where the boards `slugs` are kept: that was tried once when this is through. */
  async begin(slugs: readonly string[], options: PresenceOptions): Promise<void> {
    this.#options = options;
    await this.setBoards(slugs);
  }

  /** Says which boards are dispatched now. */
  async setBoards(slugs: readonly string[]): Promise<void> {
    this.#slugs = slugs;
    const options = this.#options;
    if (options === null) return;
    const byStore = Map.groupBy(this.#listServerBoards(), ({ store }) => store);
    const before = this.#hosts;
    if (byStore.size === 0 && before.size === 0) return;
    const { StoreHost } = await import("./store-host.ts");
    const hosts = new Map<string, StoreHost>();
    const begun: Promise<void>[] = [];
    for (const [store, boards] of byStore) {
      const known = before.get(store);
      const host = known ?? new StoreHost(this.#home, store, options);
      hosts.set(store, host);
      host.setBoards(boards);
      if (known === undefined) begun.push(host.begin());
    }
    this.#hosts = hosts;
    const gone = [...before].filter(([store]) => !hosts.has(store));
    await Promise.all([...begun, ...gone.map(([, host]) => host.leave())]);
  }

  /** Signs it off everywhere, as far as that can be told within two seconds. */
  async leave(): Promise<void> {
    const hosts = [...this.#hosts.values()];
    this.#hosts = new Map();
    this.#options = null;
    await Promise.all(hosts.map((host) => host.leave()));
  }

  #listServerBoards(): { readonly slug: string; readonly store: string; readonly board: string }[] {
    return this.#slugs.flatMap((slug) => {
      try {
        const kept = readBoardStore(boardPaths(this.#home.place.home, slug));
        return kept === null ? [] : [{ slug, ...kept }];
      } catch {
        return []; // its ticks say what is wrong with it
      }
    });
  }
}
