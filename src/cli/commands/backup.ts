import type { Command } from "commander";
import { backUpBoards } from "../../home/backup/backup-boards.ts";
import { formatSize } from "../../system/text/size.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { wholeNumber } from "../input/option-values.ts";
import { formatTable } from "../text/table.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--to <folder>", "where to keep it (default: kanban/backups of the home)")
    .option("--keep <n>", "keep the newest n of each board, and remove older ones", wholeNumber(1))
    .addHelpText(
      "after",
      "\nCopies the database of every board, or of the one named with --board, while dispatchers work, and checks the copy." +
        "\nLogs, attachments and kanbun.toml are files of the home: copy them with your own tools.",
    )
    .action(async ({ to, keep }: { readonly to?: string; readonly keep?: number }) => {
      const { backups, leftOut } = await backUpBoards(cli.home, { folder: to, keep });
      await cli.output.answer({ backups, leftOut }, (screen) =>
        formatTable(
          backups.map(({ board, tasks, sizeBytes, path }) => [
            ...[
              board,
              `${tasks} ${tasks === 1 ? "task" : "tasks"}`,
              formatSize(sizeBytes),
              visibleLine(path),
            ],
          ]),
          screen,
          { right: [1, 2] },
        ),
      );
      for (const slug of leftOut)
        cli.output.note(`left out ${slug}: a store keeps it, so its server is backed up`);
      for (const path of backups.flatMap(({ removed }) => removed)) cli.output.note(`removed ${path}`);
    });
  addExamples(command, "kanbun backup", "kanbun backup --to /mnt/backups --keep 7");
}
