import { BoardError } from "../../board/error.ts";
import type { Planned } from "../../home/planning/planning.ts";
import { isTerminal } from "../text/standard-streams.ts";
import type { CliContext } from "./command.ts";
import { confirm } from "./confirmation.ts";

/** How a plan is asked for, and whether it is applied. */
export interface PlanFlags {
  readonly profile?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** @throws {BoardError} usage where no one could be asked afterwards whether the answer is wanted */
export async function requireAnswer(cli: CliContext, flags: PlanFlags): Promise<void> {
  if (!flags.yes && !flags.dryRun && (cli.output.isJson || !(await isTerminal(0))))
    throw new BoardError("usage", "no one can be asked here whether the plan is wanted", {
      hint: "say --yes to apply it, or --dry-run only to see it",
    });
}

/** Says who is asked: that may take minutes, and costs. */
export function noteAsking(cli: CliContext, { profile, task }: Planned): void {
  cli.output.note(`asking ${profile.name} about ${task.id} …`);
}

/** Whether the plan is wanted: as an option says, else as the person at the terminal answers. */
export async function mayApply(
  cli: CliContext,
  { yes, dryRun }: PlanFlags,
  question: string,
): Promise<boolean> {
  if (dryRun) return false;
  return yes === true || confirm(question, cli.output);
}
