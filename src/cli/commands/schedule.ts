import type { Command } from "commander";
import type { TaskStatus } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { moment } from "../input/moment-value.ts";
import { addChoiceOptions, type ChoiceFlags, readTaskChoice, requireTasks } from "../input/task-choice.ts";
import { answerMoves } from "../text/answer-moves.ts";

interface ScheduleOptions extends ChoiceFlags {
  readonly at?: number;
  readonly reason?: string;
  readonly force?: boolean;
}

const statuses: readonly TaskStatus[] = ["todo", "scheduled", "ready"];

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[tasks...]", "task ids, or the beginnings of them")
    .option("--at <when>", 'due at: "+30m", "17:00", "2026-10-17 09:30" (default: when promoted)', moment)
    .option("--reason <text>", "why")
    .option("--force", "even if it is running (stops the worker) or claimed by someone else");
  addChoiceOptions(command, statuses);
  command.action(async (tasks: string[], { at, reason, force, ...flags }: ScheduleOptions) => {
    const choice = requireTasks(readTaskChoice(tasks, flags, statuses));
    await answerMoves(cli, choice, { done: "scheduled" }, (moves, task) =>
      moves.schedule(task, { atMs: at, reason, force }),
    );
  });
  addExamples(command, "kanbun schedule t_0123abcd --at +2h", "kanbun schedule t_0123abcd");
}
