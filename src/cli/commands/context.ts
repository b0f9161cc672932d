import type { Command } from "commander";
import { previewPrompt } from "../../home/tasks/prompt-preview.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { visibleText } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "task id (inside a worker: its own task)")
    .action(async (text: string | undefined) => {
      await using session = await cli.open("read");
      const preview = await previewPrompt(cli.home, session, await session.taskId(text));
      // Whatever reads it from a pipe gets what a worker gets, to the byte.
      await cli.output.answer(
        preview,
        (screen) => (screen.isTerminal ? visibleText(preview.prompt) : preview.prompt),
        { isRaw: true },
      );
    });
  addExamples(command, "kanbun context t_0123abcd");
}
