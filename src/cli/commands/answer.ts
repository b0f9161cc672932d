import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { readTasksAndText } from "../input/tasks-and-text.ts";
import { answerMoves } from "../text/answer-moves.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .usage("[options] <task…> <answer>")
    .argument("<words...>", "task ids, then yes or no, a choice or its number, or text, as the question asks")
    .action(async (words: string[]) => {
      const { tasks, text } = readTasksAndText(words, { env: {}, what: "answer", isChosen: false });
      await answerMoves(cli, { names: tasks }, { done: "answered" }, (moves, task) =>
        moves.answer(task, text),
      );
    });
  addExamples(
    command,
    "kanbun answer t_0123abcd yes",
    "kanbun explain t_0123abcd      what does it ask?",
    "kanbun answer t_0123abcd t_89abcdef postgres      the same answer to both",
  );
}
