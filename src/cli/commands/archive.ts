import type { Command } from "commander";
import type { TaskStatus } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { addChoiceOptions, type ChoiceFlags, readTaskChoice, requireTasks } from "../input/task-choice.ts";
import { answerMoves } from "../text/answer-moves.ts";

const statuses: readonly TaskStatus[] = ["done"];

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[tasks...]", "task ids, or the beginnings of them")
    .option("--force", "even if it is running (stops the worker) or claimed by someone else");
  addChoiceOptions(command, statuses);
  command.action(async (tasks: string[], { force, ...flags }: ChoiceFlags & { force?: boolean }) => {
    const choice = requireTasks(readTaskChoice(tasks, flags, statuses));
    await answerMoves(cli, choice, { done: "archived" }, (moves, task) => moves.archive(task, { force }));
  });
  addExamples(command, "kanbun archive t_0123abcd", "kanbun archive --status done");
}
