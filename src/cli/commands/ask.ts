import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { collect } from "../input/option-values.ts";
import { readTaskAndText } from "../input/task-and-text.ts";
import { answerMove } from "../text/answer-move.ts";

interface AskOptions {
  readonly choice: readonly string[];
  readonly yesNo?: boolean;
  readonly force?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .usage("[options] [task] <question>")
    .argument("<task>", "task id (inside a worker: its own task)")
    .argument("[question]", "what a person has to decide")
    .option("--choice <answer>", "a possible answer; may be repeated", collect, [])
    .option("--yes-no", "the answer is yes or no")
    .option("--force", "even if it is running (stops the worker) or claimed by someone else")
    .action(async (first: string, second: string | undefined, { choice, yesNo, force }: AskOptions) => {
      if (yesNo && choice.length > 0) throw new BoardError("usage", "--yes-no cannot be used with --choice");
      const { task, text: question } = readTaskAndText(first, second, { env: cli.env, what: "question" });
      const answerKind = yesNo ? "yes_no" : choice.length > 0 ? "choice" : "text";
      await answerMove(cli, "asked, blocked until answered:", (moves) =>
        moves.ask(task, { question, answerKind, choices: choice }, { force }),
      );
    });
  addExamples(
    command,
    'kanbun ask "which database?" --choice postgres --choice sqlite      inside a worker',
    'kanbun ask t_0123abcd "delete the old files?" --yes-no',
  );
}
