import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { kindList } from "../input/event-kinds.ts";
import { duration } from "../input/option-values.ts";
import { untilInterrupted } from "../input/until-interrupted.ts";
import type { EventChoice } from "../top/print-events.ts";

interface WatchOptions extends EventChoice {
  readonly interval: number;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--interval <duration>", "look this often: 500ms, 5s", duration, 250)
    .option("--kinds <kind,…>", "only these: such as completed,failed,blocked", kindList)
    .option("--assignee <profile>", "only of tasks of this profile")
    .option("--tenant <name>", "only of tasks of this tenant")
    .action(async ({ interval, kinds, assignee, tenant }: WatchOptions) => {
      const { printEvents } = await import("../top/print-events.ts");
      await untilInterrupted((signal) =>
        printEvents(cli, { intervalMs: interval, only: { kinds, assignee, tenant }, signal }),
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
