import { type AdmissionRules, admit, takeSlot } from "../board/admission.ts";
import { thisHost } from "../dispatcher/host.ts";
import { readAdmissionRules } from "../dispatcher/policies.ts";
import type { BoardStore } from "../store/store.ts";
import { listBoardSlugs } from "../system/board-paths.ts";
import { systemClock } from "../system/clock.ts";
import type { CliContext } from "./command.ts";
import { slugsMeant } from "./dispatch-boards.ts";
import type { DispatchFlags } from "./dispatch-flags.ts";
import { visibleLine } from "./visible.ts";

interface DryRun {
  readonly board: string;
  readonly wouldSpawn: readonly { readonly task: string; readonly profile: string; readonly title: string }[];
  readonly held: readonly { readonly task: string; readonly reason: string; readonly detail: string }[];
}

/** What the next tick would start and hold back, from reads alone. What ends meanwhile changes it. */
export async function dryRun(cli: CliContext, flags: DispatchFlags): Promise<void> {
  const { host } = thisHost();
  const config = await cli.place.config();
  const used = new Map<string, number>();
  for (const slug of listBoardSlugs(cli.place.home)) {
    await using session = await cli.open("read", slug);
    used.set(slug, (await session.store.countSlots(host)).board);
  }
  const runs: DryRun[] = [];
  for (const slug of slugsMeant(cli)) {
    await using session = await cli.open("read", slug);
    const usedElsewhere = [...used].reduce((sum, [other, count]) => (other === slug ? sum : sum + count), 0);
    const at = { config, host, nowMs: systemClock.nowMs(), usedElsewhere };
    const { rules, wouldSpawn } = await admitReady(
      session.store,
      await readAdmissionRules(session.store, at),
      flags,
    );
    used.set(slug, rules.slots.boardUsed);
    const started = new Set(wouldSpawn.map((run) => run.task));
    const held = (await session.store.listHeld(rules, 1_000))
      .filter((entry) => !started.has(entry.taskId))
      .map(({ taskId, reason, detail }) => ({ task: taskId, reason, detail }));
    runs.push({ board: slug, wouldSpawn, held });
  }
  await cli.output.answer({ dryRun: true, boards: runs }, () => runs.map(dryRunText).join(""));
}

/** Goes through the ready tasks as a tick would, taking a slot for each that is let in. */
async function admitReady(
  store: BoardStore,
  before: AdmissionRules,
  { max = Number.POSITIVE_INFINITY }: DispatchFlags,
) {
  let rules = before;
  const wouldSpawn: DryRun["wouldSpawn"][number][] = [];
  for (const task of await store.listTasks({ statuses: ["ready", "review"] })) {
    if (wouldSpawn.length >= max) break;
    const hasLiveRun = (await store.requireHoldFacts(task.id, thisHost())).hasLiveRun;
    const { assignee, notBeforeMs } = task;
    if (admit({ assignee, notBeforeMs, hasLiveRun }, rules) !== null) continue;
    wouldSpawn.push({ task: task.id, profile: assignee ?? "", title: task.title });
    rules = { ...rules, slots: takeSlot(rules.slots, assignee ?? "") };
  }
  return { rules, wouldSpawn };
}

function dryRunText({ board, wouldSpawn, held }: DryRun): string {
  return [
    `${board}: would start ${wouldSpawn.length}`,
    ...wouldSpawn.map((run) => `  ${run.task}  ${visibleLine(run.profile)}  ${visibleLine(run.title)}`),
    ...held.map((entry) => `  held ${entry.task}  ${entry.reason}: ${visibleLine(entry.detail)}`),
    "",
  ].join("\n");
}
