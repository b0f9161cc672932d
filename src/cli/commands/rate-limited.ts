import type { Command } from "commander";
import { retryPolicy } from "../../dispatcher/policies.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { duration } from "../input/option-values.ts";
import { runMove } from "../text/run-move.ts";

interface RateLimitedOptions {
  readonly retryAfter?: number;
  readonly force?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "its id; inside a worker its own task goes without saying")
    .option("--retry-after <duration>", "how long: 10m, 1h; default as in kanbun.toml", duration)
    .option("--force", "even if it is running (stops the worker) or claimed by someone else")
    .action(async (task: string | undefined, { retryAfter, force }: RateLimitedOptions) => {
      const policy = retryPolicy((await cli.place.config()).dispatch);
      await runMove(cli, { task, force, done: "rate limited" }, (store, id, by) =>
        store.rateLimitTask(id, { retryAfterMs: retryAfter ?? null, policy }, by),
      );
    });
  addExamples(command, "kanbun rate-limited --retry-after 10m      inside a worker");
}
