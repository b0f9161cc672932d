import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { kindList } from "../input/event-kinds.ts";
import { duration } from "../input/option-values.ts";
import { untilInterrupted } from "../input/until-interrupted.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--interval <duration>", "look this often: 500ms, 5s", duration, 250)
    .option("--kinds <kind,…>", "only these: such as completed,failed,blocked", kindList)
    .action(async ({ interval, kinds }: { interval: number; kinds?: ReadonlySet<string> }) => {
      const { printEvents } = await import("../top/print-events.ts");
      await untilInterrupted((signal) =>
        printEvents(cli, { intervalMs: interval, kinds: kinds ?? null, signal }),
      );
    });
  command.addHelpText(
    "after",
    "\nOf all boards of the home, or of the one that --board names. `kanbun top` is the screen.",
  );
  addExamples(
    command,
    "kanbun watch",
    "kanbun watch --kinds completed,failed,blocked",
    "kanbun watch --json | jq .data.kind",
  );
}
