import { type Command, Option } from "commander";
import { checkAgents } from "../../doctor/agent-checks.ts";
import type { Check } from "../../doctor/check.ts";
import { examine } from "../../doctor/examination.ts";
import { tryLockTwice } from "../../doctor/lock-trial.ts";
import { slugsMeant } from "../../home/dispatch/dispatch-boards.ts";
import { makeDoctorContext } from "../../home/doctor/doctor-context.ts";
import { repairWhereNeeded } from "../../home/doctor/repairs.ts";
import { listBoardSlugs } from "../../system/home/board-paths.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { repairsText } from "../text/repairs-text.ts";
import type { Screen } from "../text/screen.ts";
import { visibleLine } from "../text/visible.ts";

interface DoctorFlags {
  readonly fix?: boolean;
  readonly verbose?: boolean;
  readonly agents?: boolean;
  readonly tryLock?: string;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--fix", "fix what can be fixed, and check again")
    .option("--agents", "also ask the coding agents of the profiles for their versions")
    .option("-v, --verbose", "every check, not only what is wrong")
    .addOption(new Option("--try-lock <file>").hideHelp())
    .action((flags: DoctorFlags) =>
      flags.tryLock === undefined ? runDoctor(cli, flags) : answerLockTrial(cli, flags.tryLock),
    );
  addExamples(
    command,
    "kanbun doctor          check the home and all its boards",
    "kanbun doctor --fix    fix what can be fixed",
  );
}

async function runDoctor(
  cli: CliContext,
  { fix = false, verbose = false, agents = false }: DoctorFlags,
): Promise<void> {
  const { home } = cli.place;
  const isEmpty = listBoardSlugs(home).length === 0 && cli.place.boardSource !== "flag";
  const context = await makeDoctorContext(cli.home, isEmpty ? [] : slugsMeant(cli.home));
  const repairs = fix ? await repairWhereNeeded(context) : { changes: [], failed: [] };
  const asked = agents ? await checkAgents(context) : [];
  const checks = [...(await examine(context)), ...asked];
  if (repairs.failed.length > 0 || checks.some((one) => one.status === "problem")) cli.setExitCode(1);
  await cli.output.answer(
    { home, checks, ...repairs },
    (screen) => repairsText(repairs) + checksText(checks, screen, verbose, asked),
  );
}

/** What is wrong, and how many were looked at; verbose: all of them. */
function checksText(
  checks: readonly Check[],
  screen: Screen,
  verbose: boolean,
  asked: readonly Check[],
): string {
  const wrong = checks.filter(({ status }) => status !== "ok");
  // What was asked for is answered, also where all is well.
  const shown = checks.filter((one) => one.status !== "ok" || asked.includes(one));
  const lines = (verbose ? checks : shown).map((one) => checkText(one, screen)).join("");
  if (verbose) return lines;
  const boards = new Set(checks.flatMap(({ board }) => board ?? [])).size;
  const looked = `${checks.length} checks of the home and ${boards} ${boards === 1 ? "board" : "boards"}`;
  if (wrong.length === 0)
    return `${lines}${screen.paint("green", "all is well")}: ${looked} (-v shows them)\n`;
  return `${lines}${looked}: ${wrong.length} not ok (-v shows all)\n`;
}

const colours = { ok: "green", warning: "yellow", problem: "red" } as const;

function checkText({ check, board, status, detail, fix }: Check, screen: Screen): string {
  const name = board === null ? check : `${check} of ${board}`;
  const line = `${screen.paint(colours[status], status.padEnd(7))}  ${name}: ${visibleLine(detail)}\n`;
  return fix === null ? line : `${line}         do: ${visibleLine(fix)}\n`;
}

/** The second process of the lock's trial: it says how it went, and once more when its input ends. */
async function answerLockTrial(cli: CliContext, path: string): Promise<void> {
  await tryLockTwice(path, {
    say: (verdict) => cli.output.line({ verdict }, () => verdict),
    told: () => Bun.stdin.text(),
  });
}
