import type { Command } from "commander";
import type { TaskStatus } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { addChoiceOptions, type ChoiceFlags, readTaskChoice } from "../input/task-choice.ts";
import { answerMoves } from "../text/answer-moves.ts";

interface ApproveFlags extends ChoiceFlags {
  readonly summary?: string | null;
  readonly force?: boolean;
}

const statuses: readonly TaskStatus[] = ["review"];

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[tasks...]", "task ids (inside a reviewer's run: its own task)")
    .option("--summary <text>", "why it is accepted")
    .option("--force", "even if a reviewer is running (stops the worker) or someone else has claimed it");
  addChoiceOptions(command, statuses);
  command.action(async (tasks: string[], { summary = null, force, ...flags }: ApproveFlags) => {
    const choice = readTaskChoice(tasks, flags, statuses);
    await answerMoves(cli, choice, { done: "approved" }, (moves, task) =>
      moves.approve(task, { summary }, { force }),
    );
  });
  addExamples(command, "kanbun approve t_0123abcd");
}
