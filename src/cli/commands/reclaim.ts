import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { answerMove } from "../text/answer-move.ts";

interface ReclaimFlags {
  readonly reason?: string;
  readonly force?: boolean;
  readonly dead?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "its id, or the beginning of it")
    .option("--reason <text>", "why")
    .option("--force", "even if another person has claimed it")
    .option("--dead", "at once: you know that no process of it is left (refused if one is seen here)")
    .action(async (task: string, { reason, force, dead }: ReclaimFlags) => {
      await answerMove(cli, "reclaimed", (moves) => moves.reclaim(task, reason, { force, dead }));
    });
  addExamples(command, "kanbun reclaim t_0123abcd");
}
