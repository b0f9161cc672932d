import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { answerMove } from "../text/answer-move.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .option("--force", "even if it is running (stops the worker) or claimed by someone else")
    .action(async (task: string, { force }: { force?: boolean }) => {
      await answerMove(cli, "archived", (moves) => moves.archive(task, { force }));
    });
  addExamples(command, "kanbun archive t_0123abcd");
}
