import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import type { TaskStatus } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { addChoiceOptions, type ChoiceFlags, readTaskChoice, requireTasks } from "../input/task-choice.ts";
import { answerMoves } from "../text/answer-moves.ts";
import { nameTask } from "../text/task-text.ts";

interface PromoteOptions extends ChoiceFlags {
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

const statuses: readonly TaskStatus[] = ["triage", "scheduled"];

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[tasks...]", "task ids, or the beginnings of them")
    .option("--reason <text>", "why, for its history")
    .option("--dry-run", "only say what would happen to one task")
    .option("--force", "even if tasks it waits for are open");
  addChoiceOptions(command, statuses);
  command.action(async (tasks: string[], { reason, dryRun, force, ...flags }: PromoteOptions) => {
    const choice = requireTasks(readTaskChoice(tasks, flags, statuses));
    if (dryRun) return plan(cli, requireOne(choice), force);
    await answerMoves(cli, choice, { done: "promoted" }, (moves, task) =>
      moves.promote(task, { reason: reason || null, force }),
    );
  });
  addExamples(
    command,
    "kanbun promote t_0123abcd",
    'kanbun promote t_0123abcd --force --reason "urgent"',
    "kanbun promote --status triage",
  );
}

function requireOne(choice: ReturnType<typeof requireTasks>): string {
  const [task, ...more] = "names" in choice ? choice.names : [];
  if (task !== undefined && more.length === 0) return task;
  throw new BoardError("usage", "--dry-run takes one task", { hint: "give the id of one task" });
}

async function plan(cli: CliContext, text: string, force: boolean | undefined): Promise<void> {
  await using session = await cli.open("read", undefined, { asActor: true });
  const id = await session.taskId(text);
  const wouldBe = await session.store.planPromotion(id, session.by(id, { force }));
  const task = await session.store.requireTask(id);
  await cli.output.answer(
    { task, wouldBe },
    (screen) => `${nameTask(task, screen)} would become ${wouldBe}\n`,
  );
}
