import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { failedRuns, type TickReport } from "../../dispatcher/report/report.ts";
import type { DispatchFlags } from "../dispatch/flags.ts";
import { readTitles } from "../dispatch/task-titles.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { durationOrNone, wholeNumber } from "../input/option-values.ts";

/** EX_TEMPFAIL: the lock was held, come back later. */
const exitLocked = 75;

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--dry-run", "show what a tick would do, and change nothing")
    .option(
      "--max <n>",
      "start at most n tasks per tick; 0 starts none and only records ended runs",
      wholeNumber(0),
    )
    .option("--until-idle", "tick until nothing runs and nothing is due soon")
    .option(
      "--due-within <duration>",
      "with --until-idle: also wait for tasks due within this time (default: 2m)",
      durationOrNone,
    )
    .option("--drain", "start nothing, and exit when the running workers have ended")
    .option("--watch", "tick until interrupted; workers keep running")
    .option(
      "--plain",
      "with --watch and --until-idle: lines on a terminal too, not the screen of `kanbun top`",
    )
    .option("--fail-if-locked", `exit with ${exitLocked} when another dispatcher holds the lock`)
    .option("--exit-zero", "exit with 0 also when a task failed")
    .option("--demo", "run a small board of real commands in a temporary home")
    .action((flags: DispatchFlags) => run(flags, cli));
  command.addHelpText(
    "after",
    `
Exit status: 1 when a task failed in the tick; with --until-idle and --drain, when its last run failed.`,
  );
  addExamples(
    command,
    "kanbun dispatch                 one tick on every board of the home",
    "kanbun dispatch --until-idle    finish all work, then exit",
    "kanbun dispatch --watch         keep dispatching",
    "kanbun dispatch --demo          show an example",
  );
}

const exclusive: readonly (readonly [keyof DispatchFlags, readonly (keyof DispatchFlags)[]])[] = [
  ["dryRun", ["untilIdle", "watch"]],
  ["untilIdle", ["watch"]],
  ["drain", ["untilIdle", "watch"]],
  ["demo", ["dryRun", "untilIdle", "watch", "max"]],
];

function requireOneMode(flags: DispatchFlags): void {
  for (const [one, others] of exclusive)
    for (const other of others)
      if (flags[one] !== undefined && flags[other] !== undefined)
        throw new BoardError("usage", `${toOption(one)} cannot be used with ${toOption(other)}`, {
          hint: "see `kanbun dispatch --help`",
        });
}

function toOption(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The board of the report, where a command would mean another one without its name. */
function otherBoard({ board }: TickReport, cli: CliContext): string | undefined {
  return board === cli.place.board ? undefined : board;
}

/** Read afresh: the tick has let its board go. */
async function titlesFor({ board }: TickReport, tasks: readonly string[], cli: CliContext) {
  if (tasks.length === 0) return new Map<string, string>();
  await using session = await cli.open("read", board);
  return await readTitles(tasks, (id) => session.store.getTask(id));
}

async function run(flags: DispatchFlags, cli: CliContext): Promise<void> {
  requireOneMode(flags);
  // A resident keeps in memory what is loaded, and a timer loads it each time: the one way that was asked for.
  if (flags.demo) return (await import("../demo/demo.ts")).runDemo(cli);
  if (flags.dryRun) return (await import("../dispatch/dry-run.ts")).dryRun(cli, flags);
  if (flags.watch) return (await import("../dispatch/resident.ts")).runResident(cli, flags);
  if (flags.untilIdle || flags.drain) return (await import("../dispatch/loop.ts")).runLoop(cli, flags);

  const [{ tickBoards }, { heldAskedMax, namedTasks, reportText }, { noteFaults }] = await Promise.all([
    import("../../home/dispatch/tick-boards.ts"),
    import("../dispatch/report-text.ts"),
    import("../dispatch/fault-notes.ts"),
  ]);
  const { boards: reports, failed } = await tickBoards(cli.home, {
    max: flags.max,
    ...(cli.output.isJson ? {} : { heldMax: heldAskedMax }),
  });
  if (flags.failIfLocked && reports.some((report) => report.skippedLocked)) cli.setExitCode(exitLocked);
  if (failed.length > 0) cli.setExitCode(1);
  if (!flags.exitZero && reports.some((report) => failedRuns(report).length > 0)) cli.setExitCode(1);
  noteFaults(cli, reports);
  for (const { board, error } of failed) cli.output.note(`kanbun: ${board}: ${error.message}`);
  const titles = new Map<string, ReadonlyMap<string, string>>();
  if (!cli.output.isJson)
    for (const report of reports) titles.set(report.board, await titlesFor(report, namedTasks(report), cli));
  await cli.output.answer({ boards: reports, failed }, (screen) =>
    reports
      .map((report) =>
        cli.output.typedText(
          reportText(report, screen, titles.get(report.board) ?? new Map()),
          otherBoard(report, cli),
        ),
      )
      .join(""),
  );
}
