import type { Command } from "commander";
import type { TaskStatus } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { addChoiceOptions, type ChoiceFlags, isFilter, readTaskChoice } from "../input/task-choice.ts";
import { readTasksAndText } from "../input/tasks-and-text.ts";
import { answerMoves } from "../text/answer-moves.ts";

const statuses: readonly TaskStatus[] = ["review"];

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .usage("[options] [task…] <comment>")
    .argument("<words...>", "task ids (inside a reviewer's run: its own task), then what has to change")
    .option("--force", "even if a reviewer is running (stops the worker) or someone else has claimed it");
  addChoiceOptions(command, statuses);
  command.action(async (words: string[], { force, ...flags }: ChoiceFlags & { force?: boolean }) => {
    const how = { env: cli.env, what: "comment", isChosen: isFilter(flags) };
    const { tasks, text: comment } = readTasksAndText(words, how);
    const choice = readTaskChoice(tasks, flags, statuses);
    await answerMoves(cli, choice, { done: "sent back to its worker:" }, (moves, task) =>
      moves.requestChanges(task, comment, { force }),
    );
  });
  addExamples(command, 'kanbun request-changes t_0123abcd "the tests do not cover errors"');
}
