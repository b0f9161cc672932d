import type { Command } from "commander";
import type { TaskStatus } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { collect, jsonObject } from "../input/option-values.ts";
import { addChoiceOptions, type ChoiceFlags, readTaskChoice } from "../input/task-choice.ts";
import { answerMoves } from "../text/answer-moves.ts";

interface RequestReviewOptions extends ChoiceFlags {
  readonly reviewer?: string;
  readonly summary?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly artifact?: readonly string[];
  readonly force?: boolean;
}

const statuses: readonly TaskStatus[] = ["ready"];

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[tasks...]", "task ids (inside a worker: its own task)")
    .option("--reviewer <profile>", "the profile that reviews it (default: a person)")
    .option("--summary <text>", "what was done")
    .option("--metadata <json>", "facts for the reviewer and later tasks, as a JSON object", jsonObject)
    .option("--artifact <file>", "a file in its workspace to keep with the task; may be repeated", collect)
    .option("--force", "even if it is running (stops the worker) or claimed by someone else");
  addChoiceOptions(command, statuses);
  command.action(async (tasks: string[], options: RequestReviewOptions) => {
    const { reviewer = null, summary = null, metadata = null, artifact = [], force } = options;
    const choice = readTaskChoice(tasks, options, statuses);
    await answerMoves(cli, choice, { done: "handed in for review:" }, (moves, task) =>
      moves.requestReview(task, { reviewer, summary, metadata, artifacts: artifact }, { force }),
    );
  });
  addExamples(
    command,
    'kanbun request-review --reviewer critic --summary "parser done"      inside a worker',
    "kanbun request-review --artifact report.pdf      inside a worker",
  );
}
