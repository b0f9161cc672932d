import type { Command } from "commander";
import { claimTask, type PersonClaim } from "../../home/tasks/claims.ts";
import { formatTime } from "../../system/text/when.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { duration } from "../input/option-values.ts";
import { answerEach } from "../text/answer-each.ts";
import { nameTask } from "../text/task-text.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<tasks...>", "task ids, or the beginnings of them")
    .option(
      "--lease <duration>",
      "end the claim after this long without a heartbeat: 15m, 2h (default: kanbun.toml)",
      duration,
    )
    .action(async (tasks: string[], { lease }: { lease?: number }) => {
      await answerEach(cli, { names: tasks }, (session, id) => claimTask(session, id, lease), {
        text: (claim, screen) => `claimed ${nameTask(claim.task, screen)}\n${describeClaim(claim)}`,
        document: (claim) => claim,
      });
    });
  addExamples(command, "kanbun claim t_0123abcd", "kanbun claim t_0123abcd --lease 2h");
}

function describeClaim({ task: { id }, ...claim }: PersonClaim): string {
  return [
    `  run ${claim.runId}, token ${claim.token}, yours until ${formatTime(claim.claimExpiresAtMs)}`,
    `  keep it:   kanbun heartbeat ${id}`,
    `  finish it: kanbun complete ${id} --summary "…"`,
    "",
  ].join("\n");
}
