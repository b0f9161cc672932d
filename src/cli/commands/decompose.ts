import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import type { Task } from "../../board/task.ts";
import { askDecomposition, findPlanned, repositoryOf } from "../../home/planning/planning.ts";
import type { Place } from "../../home/session/place.ts";
import type { BatchTask } from "../../store/task-batch.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { mayApply, noteAsking, type PlanFlags, requireAnswer } from "../input/plan-flags.ts";
import { TaskLines } from "../input/task-lines.ts";
import { untilInterrupted } from "../input/until-interrupted.ts";
import { formatTable } from "../text/table.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .option("--profile <name>", "the profile to ask (default: the task's own)")
    .option("--dry-run", "only show them")
    .option("-y, --yes", "do not ask before they are made")
    .action((task: string, flags: PlanFlags) => decompose(cli, task, flags));
  command.addHelpText(
    "after",
    "\nThe task waits for all of them. They work in its workspace, ask for its host and labels,\nand have its assignee where none is given.",
  );
  addExamples(
    command,
    "kanbun decompose t_0123abcd --profile claude",
    "kanbun decompose t_0123abcd --dry-run --json",
  );
}

async function decompose(cli: CliContext, id: string, flags: PlanFlags): Promise<void> {
  const planned = await findPlanned(cli.home, id, flags.profile);
  await requireAnswer(cli, flags);
  noteAsking(cli, planned);
  const { text, costUsd } = await untilInterrupted((signal) => askDecomposition(cli.home, planned, signal));
  const { task } = planned;
  const tasks = readTasks(text, task, cli.place);
  const screen = await cli.output.screen();
  const table = formatTable(
    tasks.map((one, i) => [
      String(i + 1),
      one.earlierParents?.map((at) => at + 1).join(", ") || "-",
      visibleLine(one.assignee ?? "-"),
      visibleLine(one.title),
    ]),
    screen,
    { head: ["", "after", "assignee", "title"], right: [0] },
  );
  if (
    !(await mayApply(
      cli,
      flags,
      `${table}\nMake these ${tasks.length} tasks, for which ${task.id} then waits?`,
    ))
  ) {
    await cli.output.answer({ task, tasks, costUsd, taskIds: [] }, () =>
      flags.dryRun ? table : "nothing was made\n",
    );
    return;
  }
  await using session = await cli.open("write");
  const { ids } = await session.store.createTasks({ tasks, awaitedBy: task.id }, session.by(null));
  await cli.output.answer(
    { task: await session.store.requireTask(task.id), tasks, costUsd, taskIds: ids },
    () => `${table}made ${ids.length} tasks: ${ids.join(" ")}\n`,
  );
}

/** What a plan may say of a task: nothing that is run as it stands, and no folder of its own choice. */
const allowed = new Set(["key", "title", "body", "parent", "assignee", "priority", "skill"]);

function readTasks(text: string, task: Task, at: Place): readonly BatchTask[] {
  const lines = text.split("\n").map((line, at) => ({ number: at + 1, text: line }));
  for (const line of lines) requireAllowed(line);
  const batch = new TaskLines("the plan", lines, at, { assignee: task.assignee });
  const path = task.workspacePath === null ? null : repositoryOf(task.workspacePath);
  const { workspaceKind, tenant, projectId, host, labels } = task;
  const place = workspaceKind === "scratch" || path === null ? {} : { workspaceKind, workspacePath: path };
  return [...batch.tasks].map((one) => ({ ...one, ...place, tenant, projectId, host, labels }));
}

function requireAllowed({ number, text }: { readonly number: number; readonly text: string }): void {
  let names: readonly string[];
  try {
    names = Object.keys(JSON.parse(text) as object);
  } catch {
    return; // what is wrong with the line is told where the task is read
  }
  const odd = names.find((name) => !allowed.has(name.replace(/^(parent|skill)s$/, "$1")));
  if (odd === undefined) return;
  throw new BoardError(
    "usage",
    `line ${number} of the plan has ${JSON.stringify(odd)}, which a plan may not decide: nothing was made`,
    {
      hint: `it may have ${[...allowed].join(", ")}; run the command again, or ask another profile`,
    },
  );
}
