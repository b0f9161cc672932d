import type { Command } from "commander";
import type { TaskStatus } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { collect, jsonObject } from "../input/option-values.ts";
import { addChoiceOptions, type ChoiceFlags, readTaskChoice } from "../input/task-choice.ts";
import { answerMoves } from "../text/answer-moves.ts";

interface CompleteOptions extends ChoiceFlags {
  readonly summary?: string;
  readonly result?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly artifact?: readonly string[];
  readonly force?: boolean;
}

const statuses: readonly TaskStatus[] = ["ready"];

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[tasks...]", "task ids (inside a worker: its own task)")
    .option("--summary <text>", "what was done, for the tasks that wait for this one")
    .option("--result <text>", "the result")
    .option("--metadata <json>", "facts for later tasks, as a JSON object", jsonObject)
    .option("--artifact <file>", "a file in its workspace to keep with the task; may be repeated", collect)
    .option("--force", "even if it is running (stops the worker) or claimed by someone else");
  addChoiceOptions(command, statuses);
  command.action(async (tasks: string[], options: CompleteOptions) => {
    const { summary = null, result = null, metadata = null, artifact = [], force } = options;
    const choice = readTaskChoice(tasks, options, statuses);
    await answerMoves(cli, choice, { done: "completed" }, (moves, task) =>
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
