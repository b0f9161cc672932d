import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import type { Task, TaskStatus } from "../../board/task.ts";
import { askSpecification, findPlanned } from "../../home/planning/planning.ts";
import type { ChangeResult, TaskChoice } from "../../home/tasks/change-many.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { mayApply, noteAsking, type PlanFlags, requireAnswer } from "../input/plan-flags.ts";
import { addChoiceOptions, type ChoiceFlags, readTaskChoice, requireTasks } from "../input/task-choice.ts";
import { untilInterrupted } from "../input/until-interrupted.ts";
import { answerMany, answerOne, type EachTelling } from "../text/answer-each.ts";
import { nameTask } from "../text/task-text.ts";
import { visibleText } from "../text/visible.ts";

const statuses: readonly TaskStatus[] = ["triage"];

/** A specification, and whether it is the text of its task now. */
interface Specified {
  readonly task: Task;
  readonly specification: string;
  readonly costUsd: number | null;
  readonly isWritten: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[tasks...]", "task ids, or the beginnings of them")
    .option("--all", "in place of ids: all tasks in triage")
    .option("--profile <name>", "the profile to ask (default: the task's own)")
    .option("--dry-run", "only show it")
    .option("-y, --yes", "do not ask before it is written");
  addChoiceOptions(command, statuses);
  command.action(async (tasks: string[], { all, ...flags }: PlanFlags & ChoiceFlags & { all?: true }) => {
    const choice = requireTasks(
      readTaskChoice(tasks, all ? { status: statuses, ...flags } : flags, statuses),
    );
    await requireAnswer(cli, flags);
    await specifyAll(cli, choice, flags);
  });
  addExamples(
    command,
    "kanbun specify t_0123abcd --profile claude",
    "kanbun specify t_0123abcd --yes",
    "kanbun specify --all --profile claude --dry-run",
  );
}

async function specifyAll(cli: CliContext, choice: TaskChoice, flags: PlanFlags): Promise<void> {
  const telling: EachTelling<Specified> = {
    text: ({ task, specification, isWritten }, screen) =>
      isWritten
        ? `specified ${nameTask(task, screen)}\n`
        : flags.dryRun
          ? `${visibleText(specification)}\n`
          : `nothing was written for ${nameTask(task, screen)}\n`,
    document: (specified) => specified,
  };
  if ("names" in choice && choice.names.length === 1)
    return answerOne(cli, await specify(cli, choice.names[0] ?? "", flags), telling);
  const results: ChangeResult<Specified>[] = [];
  let isInterrupted = false;
  for (const id of await listIds(cli, choice))
    try {
      results.push({
        id,
        done: await specify(cli, id, flags, () => {
          isInterrupted = true;
        }),
      });
    } catch (error) {
      if (isInterrupted || !(error instanceof BoardError)) throw error;
      results.push({ id, error });
    }
  await answerMany(cli, results, telling);
}

/** The board is not open while a profile is asked: that may take minutes. */
async function listIds(cli: CliContext, choice: TaskChoice): Promise<readonly string[]> {
  if ("names" in choice) return choice.names;
  await using session = await cli.open("read");
  return (await session.store.listTasks(choice.filter)).map(({ id }) => id);
}

async function specify(
  cli: CliContext,
  id: string,
  flags: PlanFlags,
  onInterrupt: () => void = () => {},
): Promise<Specified> {
  const planned = await findPlanned(cli.home, id, flags.profile);
  noteAsking(cli, planned);
  const { text, costUsd } = await untilInterrupted((signal) => {
    signal.addEventListener("abort", onInterrupt);
    return askSpecification(cli.home, planned, signal);
  });
  const before = planned.task;
  const specified = { specification: text, costUsd };
  if (!(await mayApply(cli, flags, `${visibleText(text)}\n\nMake this the text of ${before.id}?`)))
    return { task: before, ...specified, isWritten: false };
  await using session = await cli.open("write");
  const now = await session.store.requireTask(before.id);
  if (now.body !== before.body || now.status !== before.status)
    throw new BoardError(
      "conflict",
      `${before.id} was changed while its specification was written: nothing was changed`,
      {
        hint: `see what it is now: \`kanbun show ${before.id}\``,
      },
    );
  const task = await session.store.editTask(before.id, { body: text }, session.by(before.id));
  return { task, ...specified, isWritten: true };
}
