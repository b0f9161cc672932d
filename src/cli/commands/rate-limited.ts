import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { duration } from "../input/option-values.ts";
import { readTaskChoice } from "../input/task-choice.ts";
import { answerMoves } from "../text/answer-moves.ts";

interface RateLimitedOptions {
  readonly retryAfter?: number;
  readonly force?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[tasks...]", "task ids (inside a worker: its own task)")
    .option("--retry-after <duration>", "retry after this long: 10m, 1h (default: kanbun.toml)", duration)
    .option("--force", "even if it is running (stops the worker) or claimed by someone else")
    .action(async (tasks: string[], { retryAfter, force }: RateLimitedOptions) => {
      await answerMoves(cli, readTaskChoice(tasks, {}, []), { done: "rate limited" }, (moves, task) =>
        moves.rateLimit(task, { retryAfterMs: retryAfter, force }),
      );
    });
  addExamples(command, "kanbun rate-limited --retry-after 10m      inside a worker");
}
