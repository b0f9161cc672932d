import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { duration } from "../input/option-values.ts";
import { answerMove } from "../text/answer-move.ts";

interface RateLimitedOptions {
  readonly retryAfter?: number;
  readonly force?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "task id (inside a worker: its own task)")
    .option("--retry-after <duration>", "retry after this long: 10m, 1h (default: kanbun.toml)", duration)
    .option("--force", "even if it is running (stops the worker) or claimed by someone else")
    .action(async (task: string | undefined, { retryAfter, force }: RateLimitedOptions) => {
      await answerMove(cli, "rate limited", (moves) =>
        moves.rateLimit(task, { retryAfterMs: retryAfter, force }),
      );
    });
  addExamples(command, "kanbun rate-limited --retry-after 10m      inside a worker");
}
