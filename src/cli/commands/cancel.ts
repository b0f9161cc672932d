import type { Command } from "commander";
import type { TaskStatus } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { addChoiceOptions, type ChoiceFlags, readTaskChoice, requireTasks } from "../input/task-choice.ts";
import { answerMoves } from "../text/answer-moves.ts";

interface CancelFlags extends ChoiceFlags {
  readonly reason?: string;
  readonly force?: boolean;
}

const statuses: readonly TaskStatus[] = ["triage", "todo", "scheduled", "ready", "blocked", "review"];

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[tasks...]", "task ids, or the beginnings of them")
    .option("--reason <text>", "why")
    .option("--force", "even if someone else has claimed it");
  addChoiceOptions(command, statuses);
  command.action(async (tasks: string[], { reason, force, ...flags }: CancelFlags) => {
    const choice = requireTasks(readTaskChoice(tasks, flags, statuses));
    await answerMoves(cli, choice, { done: "cancelled" }, (moves, task) =>
      moves.cancel(task, reason, { force }),
    );
  });
  addExamples(
    command,
    'kanbun cancel t_0123abcd --reason "no longer needed"',
    "kanbun cancel --status ready,todo --assignee claude",
  );
}
