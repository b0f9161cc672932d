import type { Command } from "commander";
import { claimTask, type PersonClaim } from "../../home/tasks/claims.ts";
import { formatTime } from "../../system/text/when.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { duration } from "../input/option-values.ts";
import { nameTask } from "../text/task-text.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .option(
      "--lease <duration>",
      "end the claim after this long without a heartbeat: 15m, 2h (default: kanbun.toml)",
      duration,
    )
    .action(async (text: string, { lease }: { lease?: number }) => {
      await using session = await cli.open("write");
      const { task, ...claim } = await claimTask(session, text, lease);
      await cli.output.answer(
        { task, ...claim },
        (screen) => `claimed ${nameTask(task, screen)}\n${describeClaim(task.id, claim)}`,
      );
    });
  addExamples(command, "kanbun claim t_0123abcd", "kanbun claim t_0123abcd --lease 2h");
}

function describeClaim(id: string, claim: Omit<PersonClaim, "task">): string {
  return [
    `  run ${claim.runId}, token ${claim.token}, yours until ${formatTime(claim.claimExpiresAtMs)}`,
    `  keep it:   kanbun heartbeat ${id}`,
    `  finish it: kanbun complete ${id} --summary "…"`,
    "",
  ].join("\n");
}
