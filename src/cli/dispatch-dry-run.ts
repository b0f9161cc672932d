import { type AdmissionRules, admit, takeSlot } from "../board/admission.ts";
import { thisHost } from "../dispatcher/host.ts";
import { readAdmissionRules } from "../dispatcher/policies.ts";
import { systemClock } from "../system/clock.ts";
import type { CliContext } from "./command.ts";
import type { DispatchFlags } from "./commands/dispatch.ts";
import { slugsMeant } from "./dispatch-boards.ts";
import { visibleLine } from "./visible.ts";

interface DryRun {
  readonly board: string;
  readonly wouldSpawn: readonly { readonly task: string; readonly profile: string; readonly title: string }[];
  readonly held: readonly { readonly task: string; readonly reason: string; readonly detail: string }[];
}

/** What the next tick would start and hold back, from reads alone. What ends meanwhile changes it. */
export async function dryRun(cli: CliContext, flags: DispatchFlags): Promise<void> {
  const config = await cli.place.config();
  const runs: DryRun[] = [];
  let usedElsewhere = 0;
  for (const slug of slugsMeant(cli)) {
    await using session = await cli.open("read", slug);
    const at = { config, host: thisHost().host, nowMs: systemClock.nowMs(), usedElsewhere };
    let rules: AdmissionRules = await readAdmissionRules(session.store, at);
    const wouldSpawn: DryRun["wouldSpawn"][number][] = [];
    for (const task of await session.store.listTasks({ statuses: ["ready"] })) {
      if (wouldSpawn.length >= (flags.max ?? Number.POSITIVE_INFINITY)) break;
      const candidate = { assignee: task.assignee, notBeforeMs: task.notBeforeMs, hasLiveRun: false };
      if (admit(candidate, rules) !== null) continue;
      wouldSpawn.push({ task: task.id, profile: task.assignee ?? "", title: task.title });
      rules = { ...rules, slots: takeSlot(rules.slots, task.assignee ?? "") };
    }
    usedElsewhere += rules.slots.boardUsed;
    const held = await session.store.listHeld(rules, 1_000);
    const started = new Set(wouldSpawn.map((run) => run.task));
    runs.push({
      board: slug,
      wouldSpawn,
      held: held
        .filter((entry) => !started.has(entry.taskId))
        .map(({ taskId, reason, detail }) => ({ task: taskId, reason, detail })),
    });
  }
  await cli.output.answer({ dryRun: true, boards: runs }, () => runs.map(dryRunText).join(""));
}

function dryRunText({ board, wouldSpawn, held }: DryRun): string {
  return [
    `${board}: would start ${wouldSpawn.length}`,
    ...wouldSpawn.map((run) => `  ${run.task}  ${visibleLine(run.profile)}  ${visibleLine(run.title)}`),
    ...held.map((entry) => `  held ${entry.task}  ${entry.reason}: ${visibleLine(entry.detail)}`),
    "",
  ].join("\n");
}
