import type { Command } from "commander";
import { slugsMeant } from "../../home/dispatch-boards.ts";
import { makeDoctorContext } from "../../home/doctor-context.ts";
import { repairBoards } from "../../home/mending.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { mendingsText } from "../text/mending-text.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--dry-run", "show what would be fixed, and change nothing")
    .action(async ({ dryRun = false }: { dryRun?: boolean }) => {
      // A bad configuration is everybody's trouble, told once, and not one of each board.
      await cli.place.config();
      const context = await makeDoctorContext(cli.home, slugsMeant(cli.home));
      const mendings = await repairBoards(context, dryRun);
      if (mendings.failed.length > 0) cli.setExitCode(1);
      await cli.output.answer({ dryRun, ...mendings }, () => mendingsText(mendings) || "nothing to fix\n");
    });
  addExamples(
    command,
    "kanbun repair --dry-run          what would be fixed, on every board of the home",
    "kanbun repair --board shop",
  );
}
