import { type Command, Option } from "commander";
import type { UsageGroup, UsageSum } from "../../store/counts.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { formatCost, formatTokens } from "../text/cost-text.ts";
import { outcomeWord } from "../text/outcome-word.ts";
import type { Screen } from "../text/screen.ts";
import { formatTable } from "../text/table.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command.addOption(
    new Option("--cost [by]", "what coding agents used, by profile, task or day")
      .choices(["profile", "task", "day"])
      .preset("profile"),
  );
  command.action(async ({ cost }: { cost?: UsageGroup }) => {
    await using session = await cli.open("read");
    if (cost !== undefined) return showCost(cli, cost, await session.store.sumUsages(cost));
    const counts = await session.store.getCounts();
    await cli.output.answer({ board: cli.place.board, ...counts }, (screen) =>
      [
        formatCounts("tasks", counts.tasks, counts.byStatus, screen),
        formatCounts("runs", counts.runs, counts.byOutcome, screen),
        screen.paint("bold", `events  ${counts.events}`),
        "\n",
      ].join(""),
    );
  });
  addExamples(command, "kanbun stats", "kanbun stats --json", "kanbun stats --cost day");
}

async function showCost(cli: CliContext, by: UsageGroup, sums: readonly UsageSum[]): Promise<void> {
  const known = sums.flatMap(({ costUsd }) => costUsd ?? []);
  const totalUsd = known.length === 0 ? null : known.reduce((sum, usd) => sum + usd, 0);
  await cli.output.answer({ board: cli.place.board, by, totalCostUsd: totalUsd, usage: sums }, (screen) => {
    if (sums.length === 0) return "no coding agent has said yet what it used\n";
    const rows = sums.map((one) => [
      visibleLine(one.name),
      String(one.runs),
      formatTokens(one),
      formatCost(one.costUsd),
    ]);
    const head = [by, "runs", "tokens", "cost"];
    const table = formatTable(rows, screen, { head, right: [1, 2, 3] });
    return totalUsd === null
      ? table
      : `${table}${formatCost(totalUsd)} in all, as the agents themselves say\n`;
  });
}

function formatCounts(
  what: string,
  total: number,
  parts: Readonly<Record<string, number>>,
  screen: Screen,
): string {
  const rows = Object.entries(parts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => [
      visibleLine(outcomeWord(name)),
      String(count),
      `${Math.round((100 * count) / total)} %`,
    ]);
  const table = formatTable(rows, screen, { right: [1, 2], indent: 2 });
  return `${screen.paint("bold", `${what}  ${total}`)}\n${table}`;
}
