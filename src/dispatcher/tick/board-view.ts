import type { SlotPlace } from "../../board/slots.ts";
import type { BoardStore } from "../../store/store.ts";
import type { TickView } from "../../store/tick.ts";
import type { Config } from "../../system/config/config.ts";
import { hostTraits, profilePolicies } from "./policies.ts";

export interface SeenView {
  readonly view: TickView;
  /** The board's number of changes by others, read before the view. */
  readonly dataVersion: number;
  /** False: nothing has changed since the last look, and the view is the one of then. */
  readonly isNew: boolean;
}

/** What one dispatcher sees of its board: read anew when someone has written, the configuration is another, or a time has come. */
export class BoardView {
  readonly #host: SlotPlace["host"];
  #last: { readonly seen: SeenView; readonly config: Config; readonly atMs: number } | null = null;

  constructor(host: SlotPlace["host"]) {
    this.#host = host;
  }

  async see(
    store: BoardStore,
    config: Config,
    { nowMs, reconcile }: { readonly nowMs: number; readonly reconcile: boolean },
  ): Promise<SeenView> {
    const dataVersion = await store.news.getVersion();
    if (!reconcile && this.#isStill(dataVersion, config, nowMs) && this.#last !== null)
      return { ...this.#last.seen, isNew: false };
    const view = await store.viewTick({
      nowMs,
      reconcile,
      host: this.#host,
      traits: hostTraits(this.#host, config),
      profiles: config.fault === null ? profilePolicies(config) : new Map(),
      homeMax: config.dispatch.maxInProgress,
      boardMax: config.dispatch.boardMaxInProgress,
    });
    const seen = { view, dataVersion, isNew: true };
    this.#last = { seen, config, atMs: nowMs };
    return seen;
  }

  /** To be called after each write of our own: the number of changes counts those of others. */
  forget(): void {
    this.#last = null;
  }

  #isStill(dataVersion: number, config: Config, nowMs: number): boolean {
    if (this.#last === null) return false;
    const { seen, atMs } = this.#last;
    const isInTime = nowMs >= atMs && (seen.view.nextDueMs === null || nowMs < seen.view.nextDueMs);
    return isInTime && seen.dataVersion === dataVersion && this.#last.config === config;
  }
}
