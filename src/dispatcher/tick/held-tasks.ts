import type { HeldTask } from "../../store/outlook.ts";
import type { BoardStore } from "../../store/store.ts";
import type { Config } from "../../system/config/config.ts";
import type { DispatchContext } from "../context.ts";
import { seenFrom } from "../host.ts";
import { lookElsewhere } from "./home-slots.ts";
import { readAdmissionRules } from "./policies.ts";

/** The first ready tasks, at most `max`, that limits or pauses hold back as things are now, and why. */
export async function listHeldTasks(
  context: DispatchContext,
  {
    store,
    config,
    max,
    slotsHolder,
  }: {
    readonly store: BoardStore;
    readonly config: Config;
    readonly max: number;
    readonly slotsHolder: string | null;
  },
): Promise<readonly HeldTask[]> {
  const at = { host: seenFrom(context.place), nowMs: context.clock.nowMs() };
  const { elsewhere } = await lookElsewhere(context, at);
  const rules = await readAdmissionRules(store, { ...at, config, elsewhere, slotsHolder });
  return store.listHeld(rules, max);
}
