import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { askSpecification, findPlanned } from "../../home/planning/planning.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { mayApply, noteAsking, type PlanFlags } from "../input/plan-flags.ts";
import { untilInterrupted } from "../input/until-interrupted.ts";
import { nameTask } from "../text/task-text.ts";
import { visibleText } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .option("--profile <name>", "the profile to ask (default: the task's own)")
    .option("--dry-run", "only show it")
    .option("-y, --yes", "do not ask before it is written")
    .action((task: string, flags: PlanFlags) => specify(cli, task, flags));
  addExamples(command, "kanbun specify t_0123abcd --profile claude", "kanbun specify t_0123abcd --yes");
}

async function specify(cli: CliContext, id: string, flags: PlanFlags): Promise<void> {
  const planned = await findPlanned(cli.home, id, flags.profile);
  await noteAsking(cli, planned, flags);
  const { text, costUsd } = await untilInterrupted((signal) => askSpecification(cli.home, planned, signal));
  const before = planned.task;
  if (!(await mayApply(cli, flags, `${visibleText(text)}\n\nMake this the text of ${before.id}?`))) {
    await cli.output.answer({ task: before, specification: text, costUsd, isWritten: false }, () =>
      flags.dryRun ? `${visibleText(text)}\n` : "nothing was written\n",
    );
    return;
  }
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
  await cli.output.answer(
    { task, specification: text, costUsd, isWritten: true },
    (screen) => `specified ${nameTask(task, screen)}\n`,
  );
}
