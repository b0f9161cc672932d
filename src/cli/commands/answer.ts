import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { answerMove } from "../text/answer-move.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .argument("<answer>", "yes or no, a choice or its number, or text, as the question asks")
    .action(async (task: string, answer: string) => {
      await answerMove(cli, "answered", (moves) => moves.answer(task, answer));
    });
  addExamples(command, "kanbun answer t_0123abcd yes", "kanbun explain t_0123abcd      what does it ask?");
}
