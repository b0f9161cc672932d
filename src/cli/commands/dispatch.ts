import { BoardError } from "../../board/error.ts";
import type { TickReport } from "../../dispatcher/report.ts";
import type { Failure } from "../../home/failure.ts";
import { addExamples, type CliContext, type Definition } from "../command.ts";
import type { DispatchFlags } from "../dispatch/flags.ts";
import { duration, wholeNumber } from "../input/option-values.ts";

/** How many held tasks the document of a tick names; a board may have a hundred thousand. */
const heldMax = 1_000;

/** EX_TEMPFAIL: the lock was held, come back later. */
const exitLocked = 75;

export function defineCommand(command: Definition, cli: CliContext): void {
  command
    .option("--dry-run", "say what a tick would do, and do nothing")
    .option("--max <n>", "claim at most n tasks per tick; 0 only settles what ended", wholeNumber(0))
    .option("--until-idle", "tick until nothing runs and nothing is due soon")
    .option(
      "--due-within <duration>",
      "with --until-idle: wait for what is due so soon (default: 2m)",
      duration,
    )
    .option("--drain", "claim nothing, and end when what runs here has ended")
    .option("--watch", "tick until interrupted; workers go on")
    .option("--fail-if-locked", `exit with ${exitLocked} when another dispatcher holds the lock`)
    .option("--demo", "run a small board of real commands in a temporary home")
    .action((flags: DispatchFlags) => run(flags, cli));
  addExamples(
    command,
    "kanbun dispatch                 one tick on every board of the home",
    "kanbun dispatch --until-idle    work everything off, then end",
    "kanbun dispatch --watch         stay, and keep working",
    "kanbun dispatch --demo          see it work",
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
        throw new BoardError(
          "usage",
          `option '${toOption(one)}' cannot be used with option '${toOption(other)}'`,
          {
            hint: "see `kanbun dispatch --help`",
          },
        );
}

function toOption(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The board of the report, where a command would mean another one without its name. */
function otherBoard({ board }: TickReport, cli: CliContext): string | undefined {
  return board === cli.place.board ? undefined : board;
}

async function run(flags: DispatchFlags, cli: CliContext): Promise<void> {
  requireOneMode(flags);
  if (flags.demo) return (await import("../demo/demo.ts")).runDemo(cli);
  if (flags.dryRun) return (await import("../dispatch/dry-run.ts")).dryRun(cli, flags);
  if (flags.watch) return (await import("../dispatch/resident.ts")).runResident(cli, flags);
  if (flags.untilIdle || flags.drain) return (await import("../dispatch/loop.ts")).runLoop(cli, flags);

  const [{ openDispatchers }, { heldAskedMax, reportText }, { noteFaults }, { LogKeeper }] =
    await Promise.all([
      import("../../home/dispatch-boards.ts"),
      import("../dispatch/report-text.ts"),
      import("../dispatch/fault-notes.ts"),
      import("../../dispatcher/log-keeper.ts"),
    ]);
  const boards = openDispatchers(cli);
  const reports: TickReport[] = [];
  const failed: { readonly board: string; readonly error: Pick<Failure, "kind" | "message" | "hint"> }[] = [];
  try {
    const options = {
      reconcile: true,
      heldMax: cli.output.isJson ? heldMax : heldAskedMax,
      ...(flags.max === undefined ? {} : { max: flags.max }),
    };
    for (const { slug, dispatcher } of boards.open) {
      try {
        const report = await dispatcher.tick(options);
        reports.push(report);
        // Closing the board would do it only where nobody else has it open. A loser has opened nothing, and does not now.
        if (!report.skippedLocked) await new LogKeeper(dispatcher).turn();
      } catch (error) {
        // One bad board does not keep the others from their tick.
        if (boards.open.length === 1 && reports.length === 0) throw error;
        const { toFailure } = await import("../../home/failure.ts");
        const { kind, message, hint } = toFailure(error, false);
        failed.push({ board: slug, error: { kind, message, hint } });
      }
    }
  } finally {
    boards.close();
  }
  if (flags.failIfLocked && reports.some((report) => report.skippedLocked)) cli.setExitCode(exitLocked);
  if (failed.length > 0) cli.setExitCode(1);
  noteFaults(cli, reports);
  for (const { board, error } of failed) cli.output.note(`kanbun: ${board}: ${error.message}`);
  await cli.output.answer({ boards: reports, failed }, (screen) =>
    reports
      .map((report) => cli.output.typedText(reportText(report, screen), otherBoard(report, cli)))
      .join(""),
  );
}
