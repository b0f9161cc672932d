import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { runMove } from "../text/run-move.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command.argument("<task>", "its id, or the beginning of it").action(async (task: string) => {
    await runMove(cli, { task, done: "unblocked" }, (store, id, by) => store.unblockTask(id, by));
  });
  addExamples(command, "kanbun unblock t_0123abcd");
}
