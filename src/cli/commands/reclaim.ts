import type { Command } from "commander";
import type { TaskStatus } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { addChoiceOptions, type ChoiceFlags, readTaskChoice, requireTasks } from "../input/task-choice.ts";
import { answerMoves } from "../text/answer-moves.ts";

interface ReclaimFlags extends ChoiceFlags {
  readonly reason?: string;
  readonly force?: boolean;
  readonly dead?: boolean;
}

const statuses: readonly TaskStatus[] = ["running"];

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[tasks...]", "task ids, or the beginnings of them")
    .option("--reason <text>", "why")
    .option("--force", "even if someone else has claimed it")
    .option("--dead", "reclaim at once, since none of its processes is left (refused if one is found here)");
  addChoiceOptions(command, statuses);
  command.action(async (tasks: string[], { reason, force, dead, ...flags }: ReclaimFlags) => {
    const choice = requireTasks(readTaskChoice(tasks, flags, statuses));
    await answerMoves(cli, choice, { done: "reclaimed" }, (moves, task) =>
      moves.reclaim(task, reason, { force, dead }),
    );
  });
  addExamples(command, "kanbun reclaim t_0123abcd", "kanbun reclaim --assignee claude");
}
