import type { Command } from "commander";
import type { TaskStatus } from "../../board/task.ts";
import type { TaskChoice } from "../../home/tasks/change-many.ts";
import type { RetriedWith } from "../../home/tasks/moves.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { statusList } from "../input/status-list.ts";
import { type ChoiceFlags, readTaskChoice, requireTasks } from "../input/task-choice.ts";
import { answerMoves } from "../text/answer-moves.ts";

interface RetryFlags extends ChoiceFlags {
  readonly failed?: true;
  readonly fromHere?: boolean;
  readonly force?: boolean;
}

/** Where a task is that has failed, and has not been done since. */
const failedStatuses: readonly TaskStatus[] = ["todo", "ready", "blocked"];

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[tasks...]", "task ids, or the beginnings of them")
    .option("--from-here", "also do again what was done, or gave up, of all that hangs below it")
    .option("--failed", "in place of ids: all tasks that failed or gave up")
    .option("--assignee <profile>", "the same of this profile alone")
    .option("--status <status,…>", "in place of ids: all tasks in these", statusList)
    .option("--force", "with --from-here: even if tasks below it are running (stops their workers)")
    .action(async (tasks: string[], { fromHere, force, ...flags }: RetryFlags) => {
      await answerMoves(
        cli,
        chooseTasks(tasks, flags),
        { done: "to be done again:", more: tellOthers },
        (moves, task) => moves.retry(task, { fromHere, force }),
      );
    });
  command.addHelpText(
    "after",
    "\nFor tasks that failed, gave up, are done, archived or cancelled. What waits for them waits again. Below them, cancelled tasks stay cancelled and what a person blocked stays blocked.",
  );
  addExamples(
    command,
    "kanbun retry t_0123abcd",
    "kanbun retry t_0123abcd --from-here",
    "kanbun retry --failed --assignee shell",
  );
}

/** Of a profile, without a status: what a person blocked, or what has not begun, is not to be done again. */
function chooseTasks(tasks: readonly string[], { failed, ...flags }: RetryFlags): TaskChoice {
  const given = failed ? { status: failedStatuses, ...flags } : flags;
  const choice = requireTasks(readTaskChoice(tasks, given, failedStatuses));
  if ("names" in choice || flags.status !== undefined) return choice;
  return { filter: { ...choice.filter, hasFailed: true } };
}

function tellOthers({ below, stopped }: RetriedWith): string {
  const tasks = (ids: readonly string[]) => `${ids.length} task${ids.length === 1 ? "" : "s"} below it`;
  return [
    ...(below.length === 0 ? [] : [`  and ${tasks(below)}: ${below.join(", ")}\n`]),
    ...(stopped.length === 0 ? [] : [`  stopped ${tasks(stopped)}: ${stopped.join(", ")}\n`]),
  ].join("");
}
