import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { untilInterrupted } from "../input/until-interrupted.ts";

interface TopFlags {
  readonly once?: true;
  readonly plain?: true;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--once", "print the screen once, as text")
    .option("--plain", "lines instead of a screen, as in a pipe or with TERM=dumb")
    .action(async ({ once, plain }: TopFlags) => {
      const { printOverview } = await import("../top/print-overview.ts");
      const { canShowScreen } = await import("../top/can-show-screen.ts");
      if (once || cli.output.isJson) return printOverview(cli);
      if (plain || !(await canShowScreen())) {
        const { printEvents, readLastEvents } = await import("../top/print-events.ts");
        // What happens after the look is told, however long it is until the board is followed.
        const after = await readLastEvents(cli);
        await printOverview(cli);
        return untilInterrupted((signal) => printEvents(cli, { intervalMs: 250, after, signal }));
      }
      const { TopScreen } = await import("../top/top-screen.ts");
      await untilInterrupted(async (signal) => {
        const left = Promise.withResolvers<void>();
        const top = await TopScreen.open(cli, { dispatching: null, onQuit: left.resolve });
        signal.addEventListener("abort", () => left.resolve());
        await left.promise;
        await top.close();
      });
    });
  command.addHelpText(
    "after",
    "\nOf all boards of the home, or of the one that --board names. It changes nothing by itself.",
  );
  addExamples(
    command,
    "kanbun top",
    "kanbun top --once | head",
    "kanbun top --json | jq .data.needs_you.count",
  );
}
