import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { collect, jsonObject } from "../input/option-values.ts";
import { answerMove } from "../text/answer-move.ts";

interface RequestReviewOptions {
  readonly reviewer?: string;
  readonly summary?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly artifact?: readonly string[];
  readonly force?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "task id (inside a worker: its own task)")
    .option("--reviewer <profile>", "the profile that reviews it (default: a person)")
    .option("--summary <text>", "what was done")
    .option("--metadata <json>", "facts for the reviewer and later tasks, as a JSON object", jsonObject)
    .option("--artifact <file>", "a file in its workspace to keep with the task; may be repeated", collect)
    .option("--force", "even if it is running (stops the worker) or claimed by someone else")
    .action(async (task: string | undefined, options: RequestReviewOptions) => {
      const { reviewer = null, summary = null, metadata = null, artifact = [], force } = options;
      await answerMove(cli, "handed in for review:", (moves) =>
        moves.requestReview(task, { reviewer, summary, metadata, artifacts: artifact }, { force }),
      );
    });
  addExamples(
    command,
    'kanbun request-review --reviewer critic --summary "parser done"      inside a worker',
    "kanbun request-review --artifact report.pdf      inside a worker",
  );
}
