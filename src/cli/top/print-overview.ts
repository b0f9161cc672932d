import { OverviewFeed } from "../../home/overview/overview-feed.ts";
import type { CliContext } from "../input/command.ts";
import { rowLines } from "./row-line.ts";
import { allRows } from "./top-rows.ts";
import { startState } from "./top-state.ts";

/** So many tasks of each part, and so wide in a pipe. */
const tasksMax = 20;
const pipeColumns = 160;

/** The screen as text, once: without keys and what is selected. With --json the facts that it shows. */
export async function printOverview(cli: CliContext): Promise<void> {
  await using feed = new OverviewFeed(cli.home);
  const overview = await feed.poll({ limit: tasksMax, match: null });
  if (overview === null) throw new Error("the first look at a home finds something");
  const typed = (command: string) => cli.output.typed(command);
  await cli.output.answer(overview, (screen) => {
    const state = { ...startState(overview), selected: null };
    const rows = allRows(state, { dispatching: null, problem: null, typed });
    return rowLines(rows, Math.min(screen.columns, pipeColumns), screen.paint)
      .map((line) => `${line}\n`)
      .join("");
  });
}
