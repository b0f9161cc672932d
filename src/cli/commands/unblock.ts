import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { answerMove } from "../text/answer-move.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command.argument("<task>", "task id, or the beginning of one").action(async (task: string) => {
    await answerMove(cli, "unblocked", (moves) => moves.unblock(task));
  });
  addExamples(command, "kanbun unblock t_0123abcd");
}
