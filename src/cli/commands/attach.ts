import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { type AttachOptions, attachFiles } from "../../home/attachments/attachments.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { formatAttachments } from "../text/attachment-text.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .argument("<file...>", "files to copy, at most 25 MiB each")
    .option("--name <name>", "what a single file is called with the task (default: its own name)")
    .option("--content-type <type>", "such as application/pdf")
    .action(async (text: string, files: readonly string[], options: AttachOptions) => {
      if (options.name !== undefined && files.length > 1)
        throw new BoardError("usage", "--name cannot be used with several files", {
          hint: "attach them one by one",
        });
      await using session = await cli.open("write");
      const taskId = await session.taskId(text);
      const attachments = await attachFiles(session, taskId, files, options);
      const count = attachments.length === 1 ? "a file" : `${attachments.length} files`;
      await cli.output.answer(
        { taskId, attachments },
        (screen) => `attached ${count} to ${visibleLine(taskId)}\n${formatAttachments(attachments, screen)}`,
      );
    });
  addExamples(
    command,
    "kanbun attach t_0123abcd spec.pdf screen.png",
    'kanbun attach 012 /srv/reports/q3.csv --name "third quarter.csv"',
  );
}
