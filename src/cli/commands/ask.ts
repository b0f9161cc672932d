import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { collect } from "../input/option-values.ts";
import { readTaskChoice } from "../input/task-choice.ts";
import { readTasksAndText } from "../input/tasks-and-text.ts";
import { answerMoves } from "../text/answer-moves.ts";

interface AskOptions {
  readonly choice: readonly string[];
  readonly yesNo?: boolean;
  readonly force?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .usage("[options] [task…] <question>")
    .argument("<words...>", "task ids (inside a worker: its own task), then what a person has to decide")
    .option("--choice <answer>", "a possible answer; may be repeated", collect, [])
    .option("--yes-no", "the answer is yes or no")
    .option("--force", "even if it is running (stops the worker) or claimed by someone else")
    .action(async (words: string[], { choice: choices, yesNo, force }: AskOptions) => {
      if (yesNo && choices.length > 0) throw new BoardError("usage", "--yes-no cannot be used with --choice");
      const how = { env: cli.env, what: "question", isChosen: false };
      const { tasks, text: question } = readTasksAndText(words, how);
      const answerKind = yesNo ? "yes_no" : choices.length > 0 ? "choice" : "text";
      await answerMoves(
        cli,
        readTaskChoice(tasks, {}, []),
        { done: "asked, blocked until answered:" },
        (moves, task) => moves.ask(task, { question, answerKind, choices }, { force }),
      );
    });
  addExamples(
    command,
    'kanbun ask "which database?" --choice postgres --choice sqlite      inside a worker',
    'kanbun ask t_0123abcd "delete the old files?" --yes-no',
  );
}
