import { type Command, Option } from "commander";
import { type BlockKind, blockKinds, type TaskStatus } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { addChoiceOptions, type ChoiceFlags, isFilter, readTaskChoice } from "../input/task-choice.ts";
import { readTasksAndText } from "../input/tasks-and-text.ts";
import { answerMoves } from "../text/answer-moves.ts";

interface BlockOptions extends ChoiceFlags {
  readonly kind?: BlockKind;
  readonly force?: boolean;
}

const statuses: readonly TaskStatus[] = ["todo", "scheduled", "ready"];

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .usage("[options] [task…] <reason>")
    .argument("<words...>", "task ids (inside a worker: its own task), then what the task needs to continue")
    .addOption(
      new Option("--kind <kind>", "what blocks it; dependency: wait for open parents").choices(blockKinds),
    )
    .option("--force", "even if it is running (stops the worker) or claimed by someone else");
  addChoiceOptions(command, statuses);
  command.action(async (words: string[], { kind, force, ...flags }: BlockOptions) => {
    const how = { env: cli.env, what: "reason", isChosen: isFilter(flags) };
    const { tasks, text: reason } = readTasksAndText(words, how);
    const choice = readTaskChoice(tasks, flags, statuses);
    await answerMoves(cli, choice, { done: "blocked" }, (moves, task) =>
      moves.block(task, reason, { kind, force }),
    );
  });
  addExamples(
    command,
    'kanbun block t_0123abcd "which database?" --kind needs_input',
    'kanbun block "which database?"      inside a worker',
    'kanbun block --assignee claude "the budget is used up"',
  );
}
