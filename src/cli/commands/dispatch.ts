import { type Command, Option } from "commander";
import type { TickReport } from "../../dispatcher/report.ts";
import { addExamples, type CliContext } from "../command.ts";
import type { DispatchFlags } from "../dispatch-flags.ts";
import type { Failure } from "../failure.ts";
import { duration, wholeNumber } from "../option-values.ts";

/** EX_TEMPFAIL: the lock was held, come back later. */
const exitLocked = 75;

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .addOption(
      new Option("--dry-run", "say what a tick would do, and do nothing").conflicts(["untilIdle", "watch"]),
    )
    .option("--max <n>", "claim at most n tasks per tick; 0 only settles what ended", wholeNumber(0))
    .addOption(
      new Option("--until-idle", "tick until nothing runs and nothing is due soon").conflicts("watch"),
    )
    .option(
      "--due-within <duration>",
      "with --until-idle: wait for what is due so soon (default: 2m)",
      duration,
    )
    .addOption(
      new Option("--drain", "claim nothing, and end when what runs here has ended").conflicts([
        "untilIdle",
        "watch",
      ]),
    )
    .option("--watch", "tick until interrupted; workers go on")
    .option("--fail-if-locked", `exit with ${exitLocked} when another dispatcher holds the lock`)
    .addOption(
      new Option("--demo", "run a small board of real commands in a temporary home").conflicts([
        "dryRun",
        "untilIdle",
        "watch",
        "max",
      ]),
    )
    .action(() => run(command.opts<DispatchFlags>(), cli));
  addExamples(
    command,
    "kanbun dispatch                 one tick on every board of the home",
    "kanbun dispatch --until-idle    work everything off, then end",
    "kanbun dispatch --watch         stay, and keep working",
    "kanbun dispatch --demo          see it work",
  );
}

async function run(flags: DispatchFlags, cli: CliContext): Promise<void> {
  if (flags.demo) return (await import("../demo.ts")).runDemo(cli);
  if (flags.dryRun) return (await import("../dispatch-dry-run.ts")).dryRun(cli, flags);
  if (flags.watch) return (await import("../dispatch-watch.ts")).runResident(cli, flags);
  if (flags.untilIdle || flags.drain) return (await import("../dispatch-loop.ts")).runLoop(cli, flags);

  const { openDispatchers } = await import("../dispatch-boards.ts");
  const { reportText } = await import("../dispatch-text.ts");
  const { toFailure } = await import("../failure.ts");
  const boards = await openDispatchers(cli);
  const reports: TickReport[] = [];
  const failed: { readonly board: string; readonly error: Pick<Failure, "kind" | "message" | "hint"> }[] = [];
  try {
    const max = flags.max === undefined ? {} : { max: flags.max };
    for (const { slug, dispatcher } of boards.open) {
      try {
        reports.push(await dispatcher.tick({ ...max, reconcile: true, explainHeld: true }));
      } catch (error) {
        // One bad board does not keep the others from their tick.
        if (boards.open.length === 1) throw error;
        const { kind, message, hint } = toFailure(error, false);
        failed.push({ board: slug, error: { kind, message, hint } });
      }
    }
  } finally {
    boards.close();
  }
  if (flags.failIfLocked && reports.some((report) => report.skippedLocked)) cli.setExitCode(exitLocked);
  if (failed.length > 0) cli.setExitCode(1);
  for (const { board, error } of failed) cli.output.note(`kanbun: ${board}: ${error.message}`);
  await cli.output.answer({ boards: reports, failed }, (screen) =>
    reports.map((report) => reportText(report, screen)).join(""),
  );
}
