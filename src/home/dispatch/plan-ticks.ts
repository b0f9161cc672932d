import type { Elsewhere } from "../../board/admission.ts";
import { seenFrom } from "../../dispatcher/host.ts";
import { lookElsewhere } from "../../dispatcher/tick/home-slots.ts";
import { addBoard } from "../../dispatcher/tick/other-boards.ts";
import { readAdmissionRules } from "../../dispatcher/tick/policies.ts";
import type { ChosenTask } from "../../store/outlook.ts";
import { placeOf } from "../../store/place.ts";
import type { Home } from "../session/home.ts";
import { listOtherBoards } from "../session/other-boards.ts";
import { systemClock } from "../session/system-clock.ts";
import { slugsMeant } from "./dispatch-boards.ts";

/** How many held tasks of a board are named. */
const heldMax = 1_000;

/** What the next tick of a board would do. */
export interface PlannedTick {
  readonly board: string;
  readonly wouldSpawn: readonly {
    readonly taskId: string;
    readonly profile: string;
    readonly title: string;
  }[];
  /** At most 1,000. */
  readonly held: readonly { readonly taskId: string; readonly reason: string; readonly detail: string }[];
}

/** What the next ticks would start and hold back, from reads alone. What ends meanwhile changes it. */
export async function planTicks(
  home: Home,
  { max = Number.MAX_SAFE_INTEGER }: { readonly max?: number | undefined } = {},
): Promise<readonly PlannedTick[]> {
  const { place } = home;
  const config = await place.configAsFarAsItGoes();
  const nowMs = systemClock.nowMs();
  // What the boards before it would have started.
  const planned = new Map<string, Elsewhere>();
  const ticks: PlannedTick[] = [];
  for (const slug of slugsMeant(home)) {
    await using session = await home.open("read", slug);
    const at = { host: seenFrom(placeOf(session.place.paths)), nowMs };
    const others = await lookElsewhere({ listOthers: () => listOtherBoards(place, slug) }, at);
    const elsewhere = [...planned.values()].reduce(addBoard, others.elsewhere);
    const before = await readAdmissionRules(session.store, { ...at, config, elsewhere });
    const { chosen, slots } = await session.store.chooseNext(before, max);
    planned.set(slug, useOf(chosen));
    const started = new Set(chosen.map(({ id }) => id));
    const held = await session.store.listHeld({ ...before, slots }, heldMax + chosen.length);
    ticks.push({
      board: slug,
      wouldSpawn: chosen.map(({ id, profile, title }) => ({ taskId: id, profile, title })),
      held: held
        .filter(({ taskId }) => !started.has(taskId))
        .slice(0, heldMax)
        .map(({ taskId, reason, detail }) => ({ taskId, reason, detail })),
    });
  }
  return ticks;
}

/** What tasks use of the slots once they have been started. */
function useOf(chosen: readonly ChosenTask[]): Elsewhere {
  const byProfile = new Map(
    [...Map.groupBy(chosen, ({ profile }) => profile)].map(([name, of]) => [name, of.length]),
  );
  return { all: chosen.length, byProfile, unreadBoards: 0, pauses: [] };
}
