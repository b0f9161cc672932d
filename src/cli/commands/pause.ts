import type { Command } from "commander";
import { systemClock } from "../../home/session/system-clock.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { duration } from "../input/option-values.ts";

interface PauseOptions {
  readonly for?: number;
  readonly reason?: string;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--for <duration>", "resume automatically after this long", duration)
    .option("--reason <text>", "why; `explain` and `status` show it")
    .action(async ({ for: forMs, reason }: PauseOptions) => {
      await using session = await cli.open("write");
      const untilAtMs = forMs === undefined ? null : systemClock.nowMs() + forMs;
      await session.store.pause({
        scope: "board",
        untilAtMs,
        reason: reason ?? `paused by ${session.by(null).actor}`,
      });
      const { board } = cli.place;
      await cli.output.answer(
        { board, untilAtMs },
        () => `paused ${board}: running workers go on, nothing new starts\n`,
      );
    });
  addExamples(command, "kanbun pause --for 2h", "kanbun resume");
}
