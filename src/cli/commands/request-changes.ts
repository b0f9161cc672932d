import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { readTaskAndText } from "../input/task-and-text.ts";
import { answerMove } from "../text/answer-move.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .usage("[options] [task] <comment>")
    .argument("<task>", "task id (inside a reviewer's run: its own task)")
    .argument("[comment]", "what has to change")
    .option("--force", "even if a reviewer is running (stops the worker) or someone else has claimed it")
    .action(async (first: string, second: string | undefined, { force }: { force?: boolean }) => {
      const { task, text: comment } = readTaskAndText(first, second, { env: cli.env, what: "comment" });
      await answerMove(cli, "sent back to its worker:", (moves) =>
        moves.requestChanges(task, comment, { force }),
      );
    });
  addExamples(command, 'kanbun request-changes t_0123abcd "the tests do not cover errors"');
}
