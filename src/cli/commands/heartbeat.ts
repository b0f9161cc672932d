import type { Command } from "commander";
import type { TaskStatus } from "../../board/task.ts";
import { renewClaim } from "../../home/tasks/claims.ts";
import { formatTime } from "../../system/text/when.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { addChoiceOptions, type ChoiceFlags, readTaskChoice } from "../input/task-choice.ts";
import { answerEach } from "../text/answer-each.ts";
import { visibleLine } from "../text/visible.ts";

interface HeartbeatOptions extends ChoiceFlags {
  readonly note?: string | null;
  readonly force?: boolean;
}

const statuses: readonly TaskStatus[] = ["running"];

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[tasks...]", "task ids (inside a worker: its own task)")
    .option("--note <text>", "a note for the history")
    .option("--force", "even if someone else has claimed it");
  addChoiceOptions(command, statuses);
  command.action(async (tasks: string[], { note = null, force, ...flags }: HeartbeatOptions) => {
    await answerEach(
      cli,
      readTaskChoice(tasks, flags, statuses),
      (session, id) => renewClaim(session, id, { note, force }),
      {
        text: ({ taskId, claimExpiresAtMs }) =>
          `${visibleLine(taskId)} is claimed until ${formatTime(claimExpiresAtMs)}\n`,
        document: (renewed) => renewed,
      },
    );
  });
  addExamples(
    command,
    "kanbun heartbeat t_0123abcd",
    'kanbun heartbeat --note "half done"      inside a worker',
  );
}
