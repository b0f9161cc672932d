import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { runMove } from "../text/run-move.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "its id, or the beginning of it")
    .argument("<answer>", "yes or no, a choice or its number, or any text: as it was asked")
    .action(async (task: string, answer: string) => {
      await runMove(cli, { task, done: "answered" }, (store, id, by) => store.answerQuestion(id, answer, by));
    });
  addExamples(command, "kanbun answer t_0123abcd yes", "kanbun explain t_0123abcd      what does it ask?");
}
