import { type Command, Option } from "commander";
import { type BlockKind, blockKinds } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { readTaskAndText } from "../input/task-and-text.ts";
import { answerMove } from "../text/answer-move.ts";

interface BlockOptions {
  readonly kind?: BlockKind;
  readonly force?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .usage("[options] [task] <reason>")
    .argument("<task>", "task id (inside a worker: its own task)")
    .argument("[reason]", "what the task needs to continue")
    .addOption(
      new Option("--kind <kind>", "what blocks it; dependency: wait for open parents").choices(blockKinds),
    )
    .option("--force", "even if it is running (stops the worker) or claimed by someone else")
    .action(async (first: string, second: string | undefined, { kind, force }: BlockOptions) => {
      const { task, text: reason } = readTaskAndText(first, second, { env: cli.env, what: "reason" });
      await answerMove(cli, "blocked", (moves) => moves.block(task, reason, { kind, force }));
    });
  addExamples(
    command,
    'kanbun block t_0123abcd "which database?" --kind needs_input',
    'kanbun block "which database?"      inside a worker',
  );
}
