import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { duration } from "../input/option-values.ts";
import { untilInterrupted } from "../input/until-interrupted.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--interval <duration>", "look this often: 500ms, 5s", duration, 250)
    .action(async ({ interval }: { interval: number }) => {
      const { printEvents } = await import("../top/print-events.ts");
      await untilInterrupted((signal) => printEvents(cli, { intervalMs: interval, signal }));
    });
  command.addHelpText(
    "after",
    "\nOf all boards of the home, or of the one that --board names. `kanbun top` is the screen.",
  );
  addExamples(command, "kanbun watch", "kanbun watch --json | jq .data.kind");
}
