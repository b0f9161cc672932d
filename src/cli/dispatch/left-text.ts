import { type TaskStatus, taskStatuses } from "../../board/task.ts";
import { describeError } from "../../home/failure.ts";
import { describeHold, explainTask } from "../../home/tasks/explain.ts";
import type { CliContext } from "../input/command.ts";
import { visibleLine } from "../text/visible.ts";
import { wrap } from "../text/wrap.ts";

/** So many tasks of a board are named; the rest is counted. */
const namedMax = 5;
const open: readonly TaskStatus[] = taskStatuses.filter((one) => one !== "done" && one !== "archived");

/** What is left on a board when a loop has ended, by title, why, and what to type; "" where all is done. */
export async function leftText(cli: CliContext, board: string): Promise<string> {
  try {
    await using session = await cli.open("read", board);
    const { byStatus } = await session.store.getCounts();
    const count = open.reduce((sum, status) => sum + (byStatus[status] ?? 0), 0);
    if (count === 0) return "";
    const { columns } = await cli.output.screen();
    const lines = [`left on ${board}: ${count}`];
    let told = "";
    for (const { id, title } of await session.store.listTasks({ statuses: open, limit: namedMax })) {
      const hold = await explainTask(session, id);
      const [first = "", ...rest] = wrap(visibleLine(`${title} (${id}): ${describeHold(hold)}`), columns - 4);
      lines.push(`  ${first}`, ...rest.map((line) => `    ${line}`));
      // What lets several of them go on is said once.
      if (hold.command !== null && hold.command !== told)
        lines.push(`    do: ${visibleLine(typed(cli, hold.command, board))}`);
      told = hold.command ?? "";
    }
    if (count > namedMax) lines.push(`  and ${count - namedMax} more: \`kanbun list\``);
    return cli.output.typedText(
      lines.map((line) => `${line}\n`).join(""),
      board === cli.place.board ? undefined : board,
    );
  } catch (error) {
    return `left on ${board}: not known: ${visibleLine(describeError(error).message)}\n`;
  }
}

/** As it must be typed to mean that board. */
function typed(cli: CliContext, command: string, board: string): string {
  return board === cli.place.board
    ? cli.output.typed(command)
    : cli.output.typedText(`\`${command}\``, board).slice(1, -1);
}
