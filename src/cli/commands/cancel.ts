import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { answerMove } from "../text/answer-move.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .option("--reason <text>", "why")
    .option("--force", "even if someone else has claimed it")
    .action(async (task: string, { reason, force }: { reason?: string; force?: boolean }) => {
      await answerMove(cli, "cancelled", (moves) => moves.cancel(task, reason, { force }));
    });
  addExamples(command, 'kanbun cancel t_0123abcd --reason "no longer needed"');
}
