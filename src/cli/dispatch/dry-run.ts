import type { Elsewhere } from "../../board/admission.ts";
import { lookElsewhere } from "../../dispatcher/home-slots.ts";
import { thisHost } from "../../dispatcher/host.ts";
import { addBoard } from "../../dispatcher/other-boards.ts";
import { readAdmissionRules } from "../../dispatcher/policies.ts";
import { slugsMeant } from "../../home/dispatch-boards.ts";
import { listOtherBoards } from "../../home/other-boards.ts";
import type { ChosenTask } from "../../store/store.ts";
import { systemClock } from "../../system/clock.ts";
import type { CliContext } from "../command.ts";
import { visibleLine } from "../text/visible.ts";
import type { DispatchFlags } from "./flags.ts";

/** How many held tasks of a board are named. */
const heldMax = 1_000;

interface DryRun {
  readonly board: string;
  readonly wouldSpawn: readonly { readonly task: string; readonly profile: string; readonly title: string }[];
  readonly held: readonly { readonly task: string; readonly reason: string; readonly detail: string }[];
}

/** What the next tick would start and hold back, from reads alone. What ends meanwhile changes it. */
export async function dryRun(cli: CliContext, flags: DispatchFlags): Promise<void> {
  const config = await cli.place.configAsFarAsItGoes();
  const at = { host: thisHost(), nowMs: systemClock.nowMs() };
  const { home } = cli.place;
  // What the boards before it would have started.
  const planned = new Map<string, Elsewhere>();
  const runs: DryRun[] = [];
  for (const slug of slugsMeant(cli)) {
    await using session = await cli.open("read", slug);
    const others = await lookElsewhere({ listOthers: () => listOtherBoards(home, slug) }, at);
    const elsewhere = [...planned.values()].reduce(addBoard, others.elsewhere);
    const before = await readAdmissionRules(session.store, { ...at, config, elsewhere });
    const { chosen, slots } = await session.store.chooseNext(before, flags.max ?? Number.MAX_SAFE_INTEGER);
    planned.set(slug, useOf(chosen));
    const started = new Set(chosen.map(({ id }) => id));
    const held = await session.store.listHeld({ ...before, slots }, heldMax + chosen.length);
    runs.push({
      board: slug,
      wouldSpawn: chosen.map(({ id, profile, title }) => ({ task: id, profile, title })),
      held: held
        .filter(({ taskId }) => !started.has(taskId))
        .slice(0, heldMax)
        .map(({ taskId, reason, detail }) => ({ task: taskId, reason, detail })),
    });
  }
  await cli.output.answer({ dryRun: true, boards: runs }, () => runs.map(dryRunText).join(""));
}

/** What tasks use of the slots once they have been started. */
function useOf(chosen: readonly ChosenTask[]): Elsewhere {
  const byProfile = new Map(
    [...Map.groupBy(chosen, ({ profile }) => profile)].map(([name, of]) => [name, of.length]),
  );
  return { all: chosen.length, byProfile, unreadBoards: 0, pauses: [] };
}

function dryRunText({ board, wouldSpawn, held }: DryRun): string {
  return [
    `${board}: would start ${wouldSpawn.length}`,
    ...wouldSpawn.map((run) => `  ${visibleLine(`${run.task}  ${run.profile}  ${run.title}`)}`),
    ...held.map((entry) => `  held ${visibleLine(`${entry.task}  ${entry.reason}: ${entry.detail}`)}`),
    "",
  ].join("\n");
}
