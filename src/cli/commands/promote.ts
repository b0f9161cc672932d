import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { runMove } from "../text/run-move.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "its id, or the beginning of it")
    .option("--force", "also while tasks that it waits for are open")
    .action(async (task: string, { force }: { force?: boolean }) => {
      await runMove(cli, { task, force, done: "promoted" }, (store, id, by) => store.promoteTask(id, by));
    });
  addExamples(command, "kanbun promote t_0123abcd", "kanbun promote t_0123abcd --force");
}
