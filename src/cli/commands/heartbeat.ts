import type { Command } from "commander";
import { addExamples, type CliContext } from "../command.ts";
import { formatTime } from "../text/task-text.ts";
import { visibleLine } from "../text/visible.ts";

interface HeartbeatOptions {
  readonly note?: string | null;
  readonly force?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "its id; inside a worker its own task goes without saying")
    .option("--note <text>", "how it goes, for the history")
    .option("--force", "even if someone else has claimed it")
    .action(async (text: string | undefined, { note = null, force }: HeartbeatOptions) => {
      // A mistake in kanbun.toml must not end workers that are healthy: then the default holds.
      const { leaseMs } = (await cli.place.configAsFarAsItGoes()).dispatch;
      await using session = await cli.open("write");
      const id = await session.taskId(text);
      const claimExpiresAtMs = await session.store.heartbeat(
        id,
        { leaseMs, note },
        session.by(id, { force }),
      );
      await cli.output.answer(
        { task: id, claimExpiresAtMs },
        () => `${visibleLine(id)} is claimed until ${formatTime(claimExpiresAtMs)}\n`,
      );
    });
  addExamples(
    command,
    "kanbun heartbeat t_0123abcd",
    'kanbun heartbeat --note "half way"      inside a worker',
  );
}
