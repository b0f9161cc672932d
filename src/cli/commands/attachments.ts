import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { formatAttachments } from "../text/attachment-text.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "task id (inside a worker: its own task)")
    .action(async (text: string | undefined) => {
      await using session = await cli.open("read", undefined, { asActor: true });
      const taskId = await session.taskId(text);
      const attachments = await session.store.listAttachments(taskId);
      await cli.output.answer({ taskId, attachments }, (screen) => formatAttachments(attachments, screen));
      if (attachments.length === 0) cli.output.note("no attachments");
    });
  addExamples(command, "kanbun attachments t_0123abcd");
}
