import { type Elsewhere, nothingElsewhere } from "../../board/admission.ts";
import type { ClaimHost, TickPlan, TickView } from "../../store/tick.ts";
import type { Config } from "../../system/config/config.ts";
import type { DispatchContext } from "../context.ts";
import type { FindingKeeper } from "../report/finding.ts";
import { describeSlotsHolder, describeUnread } from "../report/home-findings.ts";
import { lookElsewhere, type SlotCount, type SlotPatience, tryCountSlots } from "./home-slots.ts";
import type { Findings } from "./look.ts";
import { listBudgeted } from "./policies.ts";

export interface CountedSlots extends Pick<TickPlan, "spentElsewhere"> {
  /** The right to claim, until it is released; null: nothing may be claimed. */
  readonly slots: SlotCount | null;
  /** Who kept this pass from it. */
  readonly slotsHolder: string | null;
}

/** Another board counts the home's slots, or another host writes: the pass is to be made again, and the lock free until then. */
export interface Retry {
  readonly retryInMs: number;
}

/** What a pass may claim; and what the other boards use, as one dispatcher counted it last. */
export class ClaimSlots {
  readonly #context: DispatchContext;
  readonly #host: ClaimHost;
  readonly #findings: FindingKeeper;
  #elsewhere: Elsewhere = nothingElsewhere;

  constructor(context: DispatchContext, host: ClaimHost, findings: FindingKeeper) {
    this.#context = context;
    this.#host = host;
    this.#findings = findings;
  }

  /** What the other boards use, as it was counted last: for whom nothing could start, nothing is counted. */
  get elsewhere(): Elsewhere {
    return this.#elsewhere;
  }

  /** Counts where there may be something to claim. */
  async count(seen: {
    readonly view: TickView;
    readonly findings: Findings;
    readonly config: Config;
    /** Claim at most so many; absent: no limit. */
    readonly max: number | undefined;
    readonly patience: SlotPatience;
    readonly nowMs: number;
  }): Promise<CountedSlots | Retry> {
    const { findings, config, patience, nowMs } = seen;
    const at = { host: this.#host, nowMs };
    const budgeted = listBudgeted(findings.usages, config, nowMs);
    // Without the right to claim, another board may add to its own at this moment: the next run that ends sees that.
    const withoutSlots = async (slotsHolder: string | null): Promise<CountedSlots> => ({
      slots: null,
      slotsHolder,
      ...(budgeted.profiles.length === 0
        ? {}
        : { spentElsewhere: (await lookElsewhere(this.#context, at, budgeted)).spent }),
    });
    if (!mayClaim(seen)) return withoutSlots(null);
    const slots = await tryCountSlots(this.#context, at, budgeted);
    if (slots === null) {
      const retryInMs = patience.nextInMs(nowMs);
      if (retryInMs !== null) return { retryInMs };
      const slotsHolder = patience.holder;
      this.#findings.add([describeSlotsHolder(slotsHolder, this.#context.home)]);
      return withoutSlots(slotsHolder);
    }
    this.#elsewhere = slots.elsewhere;
    this.#findings.add(slots.unread.map(describeUnread));
    return { slots, slotsHolder: null, spentElsewhere: slots.spent };
  }
}

function mayClaim({
  view,
  findings,
  config,
  max = 1,
}: {
  readonly view: TickView;
  readonly findings: Findings;
  readonly config: Config;
  readonly max: number | undefined;
}): boolean {
  const canFree = findings.closings.length > 0 || findings.freed.length > 0;
  const hasAny = view.hasCandidates || view.hasPromotions || view.hasDueRepeats || canFree;
  return config.fault === null && max > 0 && hasAny;
}
