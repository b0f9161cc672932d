import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<parent>", "the task that comes first")
    .argument("<child>", "the task that waits for it")
    .action(async (parent: string, child: string) => {
      await using session = await cli.open("write");
      const parentId = await session.taskId(parent);
      const childId = await session.taskId(child);
      await session.store.linkTasks({ parentId, childId }, session.by(childId));
      const task = await session.store.requireTask(childId);
      await cli.output.answer(
        { parentId, childId, task },
        () => `${visibleLine(`${childId} waits for ${parentId} (${task.status})`)}\n`,
      );
    });
  addExamples(command, "kanbun link t_0123abcd t_89abcdef");
}
