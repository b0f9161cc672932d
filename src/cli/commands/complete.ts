import type { Command } from "commander";
import type { Verdict } from "../../store/store.ts";
import { addExamples, type CliContext } from "../command.ts";
import { runMove } from "../move.ts";
import { jsonObject } from "../option-values.ts";

interface CompleteOptions {
  readonly summary?: string;
  readonly result?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly force?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "its id; inside a worker its own task goes without saying")
    .option("--summary <text>", "what was done, for the tasks that build on it")
    .option("--result <text>", "what came out of it")
    .option("--metadata <json>", "facts for later tasks, as a JSON object", jsonObject)
    .option("--force", "even if it is running (stops the worker) or claimed by someone else")
    .action(async (task: string | undefined, options: CompleteOptions) => {
      const { summary = null, result = null, metadata = null, force } = options;
      const verdict: Verdict = { summary, result, metadata };
      await runMove(cli, { task, force, done: "completed" }, (store, id, by) =>
        store.completeTask(id, verdict, by),
      );
    });
  addExamples(
    command,
    'kanbun complete t_0123abcd --summary "all green"',
    `kanbun complete --summary "done" --metadata '{"files": 3}'      inside a worker`,
  );
}
