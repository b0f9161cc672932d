import type { Command } from "commander";
import { slugsMeant } from "../../home/dispatch/dispatch-boards.ts";
import { makeDoctorContext } from "../../home/doctor/doctor-context.ts";
import { repairBoards } from "../../home/doctor/repairs.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { repairsText } from "../text/repairs-text.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--dry-run", "show what would be fixed, and change nothing")
    .action(async ({ dryRun = false }: { dryRun?: boolean }) => {
      // A bad configuration is everyone's trouble, told once, and not one of each board.
      await cli.place.config();
      const context = await makeDoctorContext(cli.home, slugsMeant(cli.home));
      const repairs = await repairBoards(context, dryRun);
      if (repairs.failed.length > 0) cli.setExitCode(1);
      await cli.output.answer(
        { isDryRun: dryRun, ...repairs },
        () => repairsText(repairs) || "nothing to fix\n",
      );
    });
  addExamples(
    command,
    "kanbun repair --dry-run          what would be fixed, on every board of the home",
    "kanbun repair --board shop",
  );
}
