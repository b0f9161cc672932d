import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { nameTask } from "../text/task-text.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .argument("<model>", "the model that its next run uses, or none for the profile's own")
    .option("--provider <name>", "the provider of the model (default: the profile's)")
    .action(async (text: string, model: string, { provider }: { readonly provider?: string }) => {
      const isNone = model === "none" || model === "";
      if (isNone && provider !== undefined)
        throw new BoardError("usage", "--provider needs a model", { hint: "name the model as well" });
      await using session = await cli.open("write");
      const id = await session.taskId(text);
      const patch = { modelOverride: isNone ? null : model, providerOverride: provider || null };
      const task = await session.store.editTask(id, patch, session.by(id));
      await cli.output.answer({ task }, (screen) => {
        const from = task.providerOverride === null ? "" : ` of ${visibleLine(task.providerOverride)}`;
        const uses =
          task.modelOverride === null ? "its profile's model" : visibleLine(task.modelOverride) + from;
        return `${nameTask(task, screen)} uses ${uses}${task.status === "running" ? " from its next run on" : ""}\n`;
      });
    });
  addExamples(
    command,
    "kanbun set-model t_0123abcd opus --provider anthropic",
    "kanbun set-model t_0123abcd none",
  );
}
