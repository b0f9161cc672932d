import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { collect, jsonObject } from "../input/option-values.ts";
import { answerMove } from "../text/answer-move.ts";

interface CompleteOptions {
  readonly summary?: string;
  readonly result?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly artifact?: readonly string[];
  readonly force?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "task id (inside a worker: its own task)")
    .option("--summary <text>", "what was done, for the tasks that wait for this one")
    .option("--result <text>", "the result")
    .option("--metadata <json>", "facts for later tasks, as a JSON object", jsonObject)
    .option("--artifact <file>", "a file in its workspace to keep with the task; may be repeated", collect)
    .option("--force", "even if it is running (stops the worker) or claimed by someone else")
    .action(async (task: string | undefined, options: CompleteOptions) => {
      const { summary = null, result = null, metadata = null, artifact = [], force } = options;
      await answerMove(cli, "completed", (moves) =>
        moves.complete(task, { summary, result, metadata, artifacts: artifact }, { force }),
      );
    });
  addExamples(
    command,
    'kanbun complete t_0123abcd --summary "all green"',
    `kanbun complete --summary "done" --metadata '{"files": 3}'      inside a worker`,
    "kanbun complete --artifact report.pdf      inside a worker",
  );
}
