import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import type { Screen } from "../text/screen.ts";
import { formatTable } from "../text/table.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command.action(async () => {
    await using session = await cli.open("read");
    const counts = await session.store.getCounts();
    await cli.output.answer({ board: cli.place.board, ...counts }, (screen) =>
      [
        formatCounts("tasks", counts.tasks, counts.byStatus, screen),
        formatCounts("runs", counts.runs, counts.byOutcome, screen),
        `events  ${counts.events}\n`,
      ].join(""),
    );
  });
  addExamples(command, "kanbun stats", "kanbun stats --json");
}

function formatCounts(
  what: string,
  total: number,
  parts: Readonly<Record<string, number>>,
  screen: Screen,
): string {
  const rows = Object.entries(parts).map(([name, count]) => [visibleLine(name), String(count)]);
  return `${what}  ${total}\n${formatTable(rows, screen, { right: [1], indent: 2 })}`;
}
