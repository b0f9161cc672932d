import type { Command } from "commander";
import { type ClearedBoard, clearUp } from "../../home/gc/clear-up.ts";
import { type RemovedHost, removeOldHosts } from "../../home/stores/host-removal.ts";
import { formatDuration } from "../../system/text/duration.ts";
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
  readonly hosts?: number;
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
    .option(
      "--hosts <duration>",
      "keep hosts of a store that are silent and have no runs for so long (default: 30d)",
      duration,
    )
    .addHelpText(
      "after",
      "\nDefaults can be set under [gc] in kanbun.toml. A worktree with changes that are not committed stays.",
    )
    .action(async (options: GcOptions) => {
      const { dryRun, logs, runs, events, worktrees, hosts: hostsMs } = options;
      const boards = await clearUp(cli.home, {
        isDryRun: dryRun,
        logsMs: logs,
        runsMs: runs,
        eventsMs: events,
        worktreesMs: worktrees,
      });
      const hosts = await removeOldHosts(cli.home, { keptMs: hostsMs, isDryRun: dryRun });
      await cli.output.answer({ isDryRun: dryRun ?? false, boards, hosts }, (screen) => {
        const rows = [...boards.flatMap(rowsOf), ...hosts.map(rowOfHost)];
        if (rows.length === 0) return dryRun ? "nothing would be removed\n" : "nothing to remove\n";
        return `${dryRun ? "would remove" : "removed"}:\n${formatTable(rows, screen, { right: [1, 3], indent: 2 })}`;
      });
      for (const { path, reason } of boards.flatMap(({ kept }) => kept))
        cli.output.note(`kept ${path}: ${reason}`);
    });
  addExamples(
    command,
    "kanbun gc --dry-run",
    "kanbun gc --logs 14d --events 365d",
    'kanbun cron add "0 4 * * *" "Clear up" --run "kanbun gc"      every night',
  );
}

function rowOfHost({ store, machine, id, silentMs }: RemovedHost): string[] {
  return [
    visibleLine(store),
    "1",
    `host: ${visibleLine(machine)} (${id})`,
    `silent for ${formatDuration(silentMs)}`,
  ];
}

function rowsOf({ board, logs, runFolders, events, worktrees }: ClearedBoard): string[][] {
  const kinds = { logs, "run folders": runFolders, events, worktrees };
  return Object.entries(kinds)
    .filter(([, { count }]) => count > 0)
    .map(([name, { count, sizeBytes }]) => [board, String(count), name, formatSize(sizeBytes)]);
}
