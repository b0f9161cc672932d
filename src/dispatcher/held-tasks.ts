import { nothingElsewhere } from "../board/admission.ts";
import type { BoardStore, HeldTask } from "../store/store.ts";
import type { Config } from "../system/config.ts";
import type { DispatchContext } from "./context.ts";
import { tryCountSlots } from "./home-slots.ts";
import { thisHost } from "./host.ts";
import { readAdmissionRules } from "./policies.ts";

/** The first ready tasks, at most `max`, that limits or pauses hold back as things stand now, and why. */
export async function listHeldTasks(
  context: DispatchContext,
  { store, config, max }: { readonly store: BoardStore; readonly config: Config; readonly max: number },
): Promise<readonly HeldTask[]> {
  const at = { host: thisHost(), nowMs: context.clock.nowMs() };
  const slots = await tryCountSlots(context, at);
  slots?.release();
  const rules = await readAdmissionRules(store, {
    ...at,
    config,
    elsewhere: slots?.elsewhere ?? nothingElsewhere,
  });
  return store.listHeld(rules, max);
}
