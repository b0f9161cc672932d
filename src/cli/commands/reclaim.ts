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
    .argument("<task>", "task id, or the beginning of one")
    .option("--reason <text>", "why")
    .option("--force", "even if someone else has claimed it")
    .option("--dead", "at once: you know that none of its processes is left (refused if one is found here)")
    .action(async (task: string, { reason, force, dead }: ReclaimFlags) => {
      await answerMove(cli, "reclaimed", (moves) => moves.reclaim(task, reason, { force, dead }));
    });
  addExamples(command, "kanbun reclaim t_0123abcd");
}
