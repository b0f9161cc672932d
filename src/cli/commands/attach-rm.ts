import type { Command } from "commander";
import { removeAttachment } from "../../home/attachments/attachments.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { wholeNumber } from "../input/option-values.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<id>", "the number of the attachment, as `kanbun attachments` lists it", wholeNumber(1))
    .action(async (id: number) => {
      await using session = await cli.open("write");
      const removed = await removeAttachment(session, id);
      const { filename, taskId, storedPath, kept } = removed;
      await cli.output.answer(
        removed,
        () => `removed ${visibleLine(filename)} from ${visibleLine(taskId)}\n`,
      );
      if (kept !== null) cli.output.note(`note: ${storedPath} was kept: ${kept}`);
    });
  addExamples(command, "kanbun attachments t_0123abcd", "kanbun attach-rm 3");
}
