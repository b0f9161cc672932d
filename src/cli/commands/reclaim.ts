import type { Command } from "commander";
import { addExamples, type CliContext } from "../command.ts";
import { runMove } from "../move.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "its id, or the beginning of it")
    .option("--reason <text>", "why")
    .option("--force", "at once: you vouch that its worker is gone")
    .action(async (task: string, { reason, force }: { reason?: string; force?: boolean }) => {
      await runMove(cli, { task, force, done: "reclaimed" }, (store, id, by) =>
        store.reclaimTask(id, reason ?? null, by),
      );
    });
  addExamples(command, "kanbun reclaim t_0123abcd");
}
