import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { answerMove } from "../text/answer-move.ts";
import { nameTask } from "../text/task-text.ts";

interface PromoteOptions {
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .option("--reason <text>", "why, for its history")
    .option("--dry-run", "only say what would happen")
    .option("--force", "even if tasks it waits for are open")
    .action(async (task: string, { reason, dryRun, force }: PromoteOptions) => {
      if (dryRun) return plan(cli, task, force);
      await answerMove(cli, "promoted", (moves) => moves.promote(task, { reason: reason || null, force }));
    });
  addExamples(command, "kanbun promote t_0123abcd", 'kanbun promote t_0123abcd --force --reason "urgent"');
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
