import { BoardError } from "../../board/error.ts";
import type { TickPlan, TickStore, TickWrites } from "../../store/tick.ts";
import type { Retry } from "./claim-slots.ts";

/** So often in a row others come first; then it is waited for the board as by everyone, so that no host starves. */
const gaveWayMax = 3;
/** Before the first new look, and so much more before each further one: a third of a second in all, for a server may be busy each time. */
const [leastMs, spreadMs] = [20, 80];

interface TurnOptions {
  /** False: it found by itself what there is to claim. Of that another host was told most likely, and is at it. */
  readonly isCalled: boolean;
}

/**
 * When a tick that only claims writes to a board which other hosts dispatch too. Of many that see the same task all but one would wait
 * for the board to find it taken, and whoever has something to write would wait behind them.
 */
export class Turn {
  #gaveWay = 0;

  /** Whether the next plan is to give way. */
  get canWait(): boolean {
    return this.#gaveWay < gaveWayMax;
  }

  /** There is nothing to claim any more: the next time begins anew. */
  end(): void {
    this.#gaveWay = 0;
  }

  /** What was written; or when to look again, nothing being written, because another host was at it. */
  async apply(
    store: Pick<TickStore, "applyTick">,
    plan: TickPlan,
    { isCalled }: TurnOptions,
  ): Promise<TickWrites | Retry> {
    if (plan.givesWay === true && !isCalled && this.#gaveWay === 0) return this.#giveWay();
    try {
      const writes = await store.applyTick(plan);
      this.end();
      return writes;
    } catch (error) {
      if (plan.givesWay !== true || !(error instanceof BoardError) || error.kind !== "busy") throw error;
      return this.#giveWay();
    }
  }

  #giveWay(): Retry {
    this.#gaveWay += 1;
    return { retryInMs: this.#gaveWay * (leastMs + Math.random() * spreadMs) };
  }
}
