import type { Command } from "commander";
import { type Imported, importBoard } from "../../home/exchange/import-board.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { openLineSource } from "../input/line-source.ts";
import { readTextLines } from "../input/text-lines.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<file>", "a file that `kanbun export` made; - for standard input")
    .option("--new-ids", "give every task a new id (default: ids are kept, and must be free)")
    .option("--dry-run", "only say what would be imported")
    .addHelpText(
      "after",
      "\nAll of it is imported, or nothing. Tasks that were running when they were exported wait again.",
    )
    .action(
      async (file: string, { newIds, dryRun }: { readonly newIds?: boolean; readonly dryRun?: boolean }) => {
        using source = await openLineSource(file, cli.place.home);
        await using session = dryRun ? await cli.open("write") : await cli.openForNew();
        const imported = await importBoard(session, readTextLines(source.descriptor), {
          name: source.name,
          newIds,
          isDryRun: dryRun,
        });
        const verb = dryRun ? "would import" : "imported";
        await cli.output.answer(
          { ...imported, newIds: Object.fromEntries(imported.newIds), isDryRun: dryRun ?? false },
          () =>
            `${verb} ${imported.tasks} ${imported.tasks === 1 ? "task" : "tasks"} (${imported.rows} rows)\n`,
        );
        for (const note of notesOf(imported)) cli.output.note(`note: ${note}`);
      },
    );
  addExamples(
    command,
    "kanbun import board.jsonl --dry-run",
    "kanbun import board.jsonl --new-ids --board copy",
  );
}

function notesOf({ taken, columnsLeftOut }: Imported): string[] {
  return [
    ...(taken > 0
      ? [`${taken} ${taken === 1 ? "task was" : "tasks were"} running when exported, and wait again`]
      : []),
    ...(columnsLeftOut.length > 0 ? [`this board has no column for ${columnsLeftOut.join(", ")}`] : []),
  ];
}
