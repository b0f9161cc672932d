import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { answerMove } from "../text/answer-move.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "task id (inside a reviewer's run: its own task)")
    .option("--summary <text>", "why it is accepted")
    .option("--force", "even if a reviewer is running (stops the worker) or someone else has claimed it")
    .action(async (task: string | undefined, { summary, force }: { summary?: string; force?: boolean }) => {
      await answerMove(cli, "approved", (moves) =>
        moves.approve(task, { summary: summary ?? null }, { force }),
      );
    });
  addExamples(command, "kanbun approve t_0123abcd");
}
