import type { Command } from "commander";
import type { TaskStatus } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { confirm } from "../input/confirmation.ts";
import { addChoiceOptions, type ChoiceFlags, readTaskChoice, requireTasks } from "../input/task-choice.ts";
import { answerMoves } from "../text/answer-moves.ts";
import { visibleLine } from "../text/visible.ts";

interface DeleteFlags extends ChoiceFlags {
  readonly yes?: boolean;
}

const statuses: readonly TaskStatus[] = ["archived"];
const namedMax = 10;

export function defineCommand(command: Command, cli: CliContext): void {
  command.argument("[tasks...]", "task ids, or the beginnings of them").option("-y, --yes", "do not ask");
  addChoiceOptions(command, statuses);
  command.action(async (tasks: string[], { yes, ...flags }: DeleteFlags) => {
    const choice = requireTasks(readTaskChoice(tasks, flags, statuses));
    const found = await find(cli, choice);
    if (!yes && found.length > 0 && !(await confirm(ask(found), cli.output))) {
      cli.output.note("nothing was deleted");
      cli.setExitCode(1);
      return;
    }
    const meant = "names" in choice ? choice : { names: found.map(({ id }) => id) };
    await answerMoves(cli, meant, { done: "deleted" }, (moves, task) => moves.delete(task));
  });
  command.addHelpText(
    "after",
    "\nIts comments, runs, logs, attachments and links go with it. `kanbun archive` hides a task and keeps all that.",
  );
  addExamples(command, "kanbun delete t_0123abcd", "kanbun delete --status archived --yes");
}

interface Found {
  readonly id: string;
  readonly title: string;
  readonly status: string;
}

/** Those that are there: the others are told when they are to be deleted. */
async function find(cli: CliContext, choice: ReturnType<typeof requireTasks>): Promise<readonly Found[]> {
  await using session = await cli.open("read");
  if ("filter" in choice) return session.store.listTasks(choice.filter);
  const found: Found[] = [];
  for (const name of choice.names) {
    const [id, ...others] = await session.store.findTaskIds(name.startsWith("t_") ? name : `t_${name}`, 2);
    if (id !== undefined && others.length === 0) found.push(await session.store.requireTask(id));
  }
  return found;
}

function ask(found: readonly Found[]): string {
  const named = found
    .slice(0, namedMax)
    .map(({ id, title, status }) => visibleLine(`  ${id}  ${title} (${status})`));
  const more = found.length > namedMax ? [`  and ${found.length - namedMax} more`] : [];
  const what = found.length === 1 ? "this task" : `these ${found.length} tasks`;
  return [...named, ...more, `Delete ${what} for good, with runs, logs and attachments?`].join("\n");
}
