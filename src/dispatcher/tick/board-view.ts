import type { Pause } from "../../board/admission.ts";
import type { SlotPlace } from "../../board/slots.ts";
import type { Outlook } from "../../store/outlook.ts";
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

/** Beside the board itself, what a view depends on. */
interface SeenUnder {
  readonly config: Config;
  /** As the home's other boards were found last. */
  readonly pausesElsewhere: readonly Pause[];
}

/** What one dispatcher sees of its board: read anew when someone has written, the configuration is another, or a time has come. */
export class BoardView {
  readonly #host: SlotPlace["host"];
  #last: { readonly seen: SeenView; readonly under: SeenUnder; readonly atMs: number } | null = null;

  constructor(host: SlotPlace["host"]) {
    this.#host = host;
  }

  async see(
    store: BoardStore,
    under: SeenUnder,
    { nowMs, reconcile }: { readonly nowMs: number; readonly reconcile: boolean },
  ): Promise<SeenView> {
    const { config, pausesElsewhere } = under;
    const dataVersion = await store.news.getVersion();
    if (!reconcile && this.#isStill(dataVersion, under, nowMs) && this.#last !== null)
      return { ...this.#last.seen, isNew: false };
    const view = await store.viewTick({
      nowMs,
      reconcile,
      host: this.#host,
      traits: hostTraits(this.#host, config),
      profiles: config.fault === null ? profilePolicies(config) : new Map(),
      homeMax: config.dispatch.maxInProgress,
      boardMax: config.dispatch.boardMaxInProgress,
      pausesElsewhere,
    });
    const seen = { view, dataVersion, isNew: true };
    this.#last = { seen, under, atMs: nowMs };
    return seen;
  }

  /**
   * What is to come after the last look, from that look itself where nothing of our own was written since: what others write is news.
   * @param sinceMs what became due later than this may have been missed by then
   */
  async getOutlook(store: BoardStore, under: SeenUnder, sinceMs: number): Promise<Outlook> {
    const last = this.#last;
    const isKept = last !== null && isSame(last.under, under);
    const { view } = isKept ? last.seen : await this.see(store, under, { nowMs: sinceMs, reconcile: false });
    return view.outlook;
  }

  /** To be called after each write of our own: the number of changes counts those of others. */
  forget(): void {
    this.#last = null;
  }

  #isStill(dataVersion: number, now: SeenUnder, nowMs: number): boolean {
    if (this.#last === null) return false;
    const { seen, under, atMs } = this.#last;
    const isInTime = nowMs >= atMs && (seen.view.nextDueMs === null || nowMs < seen.view.nextDueMs);
    return isInTime && seen.dataVersion === dataVersion && isSame(under, now);
  }
}

function isSame(one: SeenUnder, other: SeenUnder): boolean {
  return one.config === other.config && Bun.deepEquals(one.pausesElsewhere, other.pausesElsewhere);
}
