import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { answerMove } from "../text/answer-move.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .option("--force", "even if tasks it waits for are open")
    .action(async (task: string, { force }: { force?: boolean }) => {
      await answerMove(cli, "promoted", (moves) => moves.promote(task, { force }));
    });
  addExamples(command, "kanbun promote t_0123abcd", "kanbun promote t_0123abcd --force");
}
