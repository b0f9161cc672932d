import { type PlannedTick, planTicks } from "../../home/dispatch/plan-ticks.ts";
import type { CliContext } from "../input/command.ts";
import { visibleLine } from "../text/visible.ts";
import type { DispatchFlags } from "./flags.ts";

/** `--dry-run`: what the next tick would start and hold back. */
export async function dryRun(cli: CliContext, flags: DispatchFlags): Promise<void> {
  const boards = await planTicks(cli.home, { max: flags.max });
  await cli.output.answer({ isDryRun: true, boards }, () => boards.map(plannedText).join(""));
}

function plannedText({ board, wouldSpawn, held }: PlannedTick): string {
  return [
    `${board}: would start ${wouldSpawn.length}`,
    ...wouldSpawn.map((run) => `  ${visibleLine(`${run.taskId}  ${run.profile}  ${run.title}`)}`),
    ...held.map((entry) => `  held ${visibleLine(`${entry.taskId}  ${entry.reason}: ${entry.detail}`)}`),
    "",
  ].join("\n");
}
