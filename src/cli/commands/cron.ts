import type { Command } from "commander";
import { type Overlap, overlaps, type Repeat } from "../../board/repeat.ts";
import { hasDispatcher } from "../../home/dispatch/dispatcher-presence.ts";
import { hasLivingHost } from "../../home/stores/other-hosts.ts";
import { addRepeat, Repeats } from "../../home/tasks/repeats.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { addNewTaskOptions, type NewTaskOptions, readNewTask } from "../input/new-task.ts";
import { oneOf, wholeNumber } from "../input/option-values.ts";
import { noteUnknownProfile } from "../text/profile-note.ts";
import { formatRepeat, formatRepeats, nameRepeat, nextTimes, timeIn, timesIn } from "../text/repeat-text.ts";
import { nameTask } from "../text/task-text.ts";
import { defineCronEdit } from "./cron-edit.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  defineAdd(command.command("add").description("Make a task again at each of these times."), cli);
  command
    .command("list")
    .description("List the repeating tasks of the board.")
    .action(async () => {
      const repeats = await new Repeats(cli.home).list();
      await cli.output.answer({ repeats }, (screen) =>
        cli.output.typedText(formatRepeats(repeats, screen, Date.now())),
      );
      if (repeats.length === 0)
        cli.output.note('no repeating tasks: `kanbun cron add "0 9 * * 1-5" "Nightly" --run "make test"`');
    });
  withId(command.command("show").description("Show a repeating task.")).action(async (id: number) => {
    const repeat = await new Repeats(cli.home).get(id);
    const nextAtMs = nextTimes(repeat);
    await cli.output.answer({ ...repeat, nextTimesAtMs: nextAtMs }, (screen) =>
      formatRepeat(repeat, nextAtMs, screen),
    );
  });
  defineCronEdit(
    withId(command.command("edit").description("Change its times, or the task that it makes.")),
    cli,
  );
  withId(command.command("pause").description("Make no task until it is resumed.")).action((id: number) =>
    answer(cli, "paused", (repeats) => repeats.pause(id)),
  );
  withId(
    command.command("resume").description("Go on with the next time; nothing of before is made up."),
  ).action((id: number) => answer(cli, "resumed", (repeats) => repeats.resume(id)));
  withId(command.command("rm").description("Remove it; the tasks that it made stay.")).action((id: number) =>
    answer(cli, "removed", (repeats) => repeats.remove(id)),
  );
  withId(command.command("run").description("Make its task now; its times stay."))
    .option("--force", "even if a task of it is open")
    .action(async (id: number, { force }: { force?: boolean }) => {
      const task = await new Repeats(cli.home).run(id, { force });
      await cli.output.answer({ task }, (screen) =>
        screen.isTerminal ? `created ${nameTask(task, screen)}\n` : `${task.id}\n`,
      );
    });
  addExamples(
    command,
    'kanbun cron add "0 9 * * 1-5" --tz Europe/Berlin "Nightly" --run "make test"',
    "kanbun cron list",
    'kanbun cron edit 1 --times "30 8 * * 1-5"',
    "kanbun cron pause 1",
  );
}

interface AddOptions extends NewTaskOptions {
  readonly tz?: string;
  readonly overlap?: Overlap;
}

function defineAdd(command: Command, cli: CliContext): void {
  command
    .argument("<times>", "minute hour day month weekday, or @hourly, @daily, @weekly, @monthly, @yearly")
    .argument("<title>", "the title of the task")
    .option("--tz <zone>", "the time zone of the times (default: that of this machine)")
    .option(
      "--overlap <what>",
      "while a task of before is open: skip the time, skip it unless that gave up (after-failure), or allow both (default: skip)",
      oneOf(overlaps),
    );
  addNewTaskOptions(command);
  command.action(async (times: string, title: string, options: AddOptions) => {
    const { tz: timeZone, overlap, parent = [] } = options;
    const task = { ...(await readNewTask(title, options, cli)), parents: parent };
    await using session = await cli.openForNew();
    const repeat = await addRepeat(session, { times, timeZone, overlap, task });
    const next = nextTimes(repeat);
    await cli.output.answer({ ...repeat, nextTimesAtMs: next }, (screen) =>
      screen.isTerminal ? `added ${nameRepeat(repeat)}\n  ${timesIn(repeat, next)}\n` : `${repeat.id}\n`,
    );
    await noteUnknownProfile(cli, task.assignee ?? null);
    const isAlone = !hasDispatcher(session.place) && !(await hasLivingHost(session));
    if ((await cli.output.screen()).isTerminal && isAlone)
      cli.output.note("note: no dispatcher is running, which would make it: `kanbun dispatch --watch`");
  });
  addExamples(
    command,
    'kanbun cron add "0 9 * * 1-5" "Nightly" --run "make test"       at 9, Monday to Friday',
    'kanbun cron add "*/15 * * * *" "Fetch" --run "./fetch" --overlap allow',
    'kanbun cron add @daily --tz UTC "Look at new issues" --assignee claude --body-file issues.md',
  );
}

function withId(command: Command): Command {
  return command.argument("<id>", "its number, as in `kanbun cron list`", wholeNumber(1));
}

async function answer(
  cli: CliContext,
  verb: string,
  change: (repeats: Repeats) => Promise<Repeat>,
): Promise<void> {
  const repeat = await change(new Repeats(cli.home));
  const next =
    repeat.nextAtMs === null || verb === "removed"
      ? ""
      : `; next: ${timeIn(repeat.nextAtMs, repeat.timeZone)}`;
  await cli.output.answer(repeat, () => `${verb} ${nameRepeat(repeat)}${next}\n`);
}
