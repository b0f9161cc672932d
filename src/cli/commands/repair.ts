import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--dry-run", "say what would be changed, and change nothing")
    .action(async ({ dryRun = false }: { dryRun?: boolean }) => {
      const { slugsMeant } = await import("../../home/dispatch-boards.ts");
      const { makeDoctorContext } = await import("../../home/doctor-context.ts");
      const { repairBoards } = await import("../../home/mending.ts");
      const { mendingsText } = await import("../text/mending-text.ts");
      // A bad configuration is everybody's trouble, told once, and not one of each board.
      await cli.place.config();
      const context = await makeDoctorContext(cli.home, slugsMeant(cli.home));
      const mendings = await repairBoards(context, dryRun);
      if (mendings.failed.length > 0) cli.setExitCode(1);
      await cli.output.answer({ dryRun, ...mendings }, () => mendingsText(mendings) || "nothing to mend\n");
    });
  addExamples(
    command,
    "kanbun repair --dry-run          what would be mended, on every board of the home",
    "kanbun repair --board shop",
  );
}
