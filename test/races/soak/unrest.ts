import { signalProcess } from "../../../native-shims/index.ts";
import type { TickStep } from "../../../src/dispatcher/tick/tick-options.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import type { StartedRun } from "../../../src/store/tick.ts";
import type { Random } from "../orphan-repro/random.ts";
import { Hits } from "./hits.ts";
import { stillMs } from "./still-time.ts";

/** What a dispatcher does to itself, and to the shims that it has just started. */
export interface UnrestOrders {
  /** How often it stands still at a named step of a tick that writes: [0, 1]. */
  readonly stepRate: number;
  /** How often it kills or stops a shim that it started an instant ago: [0, 1]. */
  readonly launchRate: number;
  readonly hitsPath: string;
}

/** Works inside of a dispatcher: there alone the first instants of a shim can be met. */
export class Unrest {
  readonly #orders: UnrestOrders;
  readonly #random: Random;
  readonly #standStill: () => void;
  readonly #hits: Hits;
  #isWriting = false;

  constructor(orders: UnrestOrders, random: Random, standStill: () => void) {
    this.#orders = orders;
    this.#random = random;
    this.#standStill = standStill;
    this.#hits = new Hits(orders.hitsPath);
  }

  readonly onStep = (step: TickStep): void => {
    if (step === "locked") this.#isWriting = false;
    // Most ticks find nothing to do: at their steps it stands still as seldom as they are many.
    const rate = this.#isWriting ? this.#orders.stepRate : this.#orders.stepRate / 1_000;
    if (this.#random.chance(rate)) this.#standStill();
  };

  over(store: BoardStore): BoardStore {
    const apply = store.applyTick.bind(store);
    store.applyTick = (plan) => {
      this.#isWriting = true;
      return apply(plan);
    };
    const record = store.recordStarts.bind(store);
    store.recordStarts = (starts, plan) => {
      for (const start of starts.started.toReversed())
        if (this.#random.chance(this.#orders.launchRate)) this.#hit(start);
      return record(starts, plan);
    };
    return store;
  }

  #hit({ process, claim: { runId } }: StartedRun): void {
    if (process === null) return;
    Bun.sleepSync(this.#random.between(0, 2));
    const deed = this.#random.chance(0.5) ? "kill" : "stop";
    this.#hits.append({ deed, role: "shim", runId });
    signalProcess(process, deed === "kill" ? "SIGKILL" : "SIGSTOP");
    // If this dispatcher is killed before, the end of the round does it.
    if (deed === "stop") setTimeout(() => signalProcess(process, "SIGCONT"), stillMs(this.#random, 0.5));
  }
}
