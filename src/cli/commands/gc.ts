import type { Command } from "commander";
import { type ClearedBoard, clearUp } from "../../home/gc/clear-up.ts";
import { formatSize } from "../../system/text/size.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { duration } from "../input/option-values.ts";
import { formatTable } from "../text/table.ts";
import { visibleLine } from "../text/visible.ts";

interface GcOptions {
  readonly dryRun?: boolean;
  readonly logs?: number;
  readonly runs?: number;
  readonly events?: number;
  readonly worktrees?: number;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--dry-run", "only say what would be removed")
    .option("--logs <duration>", "keep the logs of ended runs for so long (default: 30d)", duration)
    .option("--runs <duration>", "keep the folders of ended runs for so long (default: 90d)", duration)
    .option(
      "--events <duration>",
      "keep the history of done and archived tasks for so long (default: for ever)",
      duration,
    )
    .option(
      "--worktrees <duration>",
      "keep the worktrees of archived tasks for so long (default: for ever)",
      duration,
    )
    .addHelpText(
      "after",
      "\nDefaults can be set under [gc] in kanbun.toml. A worktree with changes that are not committed stays.",
    )
    .action(async (options: GcOptions) => {
      const { dryRun, logs, runs, events, worktrees } = options;
      const boards = await clearUp(cli.home, {
        isDryRun: dryRun,
        logsMs: logs,
        runsMs: runs,
        eventsMs: events,
        worktreesMs: worktrees,
      });
      await cli.output.answer({ isDryRun: dryRun ?? false, boards }, (screen) => {
        const rows = boards.flatMap(rowsOf);
        if (rows.length === 0) return dryRun ? "nothing would be removed\n" : "nothing to remove\n";
        return `${dryRun ? "would remove" : "removed"}:\n${formatTable(rows, screen, { right: [1, 3], indent: 2 })}`;
      });
      for (const { path, reason } of boards.flatMap(({ kept }) => kept))
        cli.output.note(`kept ${visibleLine(path)}: ${visibleLine(reason)}`);
    });
  addExamples(
    command,
    "kanbun gc --dry-run",
    "kanbun gc --logs 14d --events 365d",
    'kanbun cron add "0 4 * * *" "Clear up" --run "kanbun gc"      every night',
  );
}

function rowsOf({ board, logs, runFolders, events, worktrees }: ClearedBoard): string[][] {
  const kinds = { logs, "run folders": runFolders, events, worktrees };
  return Object.entries(kinds)
    .filter(([, { count }]) => count > 0)
    .map(([name, { count, sizeBytes }]) => [board, String(count), name, formatSize(sizeBytes)]);
}
