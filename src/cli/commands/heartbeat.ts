import type { Command } from "commander";
import { renewClaim } from "../../home/tasks/claims.ts";
import { formatTime } from "../../system/text/when.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { visibleLine } from "../text/visible.ts";

interface HeartbeatOptions {
  readonly note?: string | null;
  readonly force?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "task id (inside a worker: its own task)")
    .option("--note <text>", "a note for the history")
    .option("--force", "even if someone else has claimed it")
    .action(async (text: string | undefined, { note = null, force }: HeartbeatOptions) => {
      await using session = await cli.open("write");
      const renewed = await renewClaim(session, text, { note, force });
      await cli.output.answer(
        renewed,
        () => `${visibleLine(renewed.taskId)} is claimed until ${formatTime(renewed.claimExpiresAtMs)}\n`,
      );
    });
  addExamples(
    command,
    "kanbun heartbeat t_0123abcd",
    'kanbun heartbeat --note "half done"      inside a worker',
  );
}
