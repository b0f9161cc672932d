import type { Command } from "commander";
import type { TaskStatus } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { addChoiceOptions, type ChoiceFlags, readTaskChoice, requireTasks } from "../input/task-choice.ts";
import { answerMoves } from "../text/answer-moves.ts";

const statuses: readonly TaskStatus[] = ["blocked"];

export function defineCommand(command: Command, cli: CliContext): void {
  command.argument("[tasks...]", "task ids, or the beginnings of them");
  addChoiceOptions(command, statuses);
  command.action(async (tasks: string[], flags: ChoiceFlags) => {
    const choice = requireTasks(readTaskChoice(tasks, flags, statuses));
    await answerMoves(cli, choice, { done: "unblocked" }, (moves, task) => moves.unblock(task));
  });
  addExamples(command, "kanbun unblock t_0123abcd", "kanbun unblock --assignee claude");
}
