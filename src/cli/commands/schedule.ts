import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { moment } from "../input/moment-value.ts";
import { answerMove } from "../text/answer-move.ts";

interface ScheduleOptions {
  readonly at?: number;
  readonly reason?: string;
  readonly force?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .option("--at <when>", 'due at: "+30m", "2026-10-17 09:30" (default: when promoted)', moment)
    .option("--reason <text>", "why")
    .option("--force", "even if it is running (stops the worker) or claimed by someone else")
    .action(async (task: string, { at, reason, force }: ScheduleOptions) => {
      await answerMove(cli, "scheduled", (moves) => moves.schedule(task, { atMs: at, reason, force }));
    });
  addExamples(command, "kanbun schedule t_0123abcd --at +2h", "kanbun schedule t_0123abcd");
}
