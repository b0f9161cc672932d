import { type ListedTask, type TaskStatus, taskStatuses } from "../../board/task.ts";
import { hasNews, type TickReport } from "../../dispatcher/report/report.ts";
import type { OpenBoard, OpenBoards } from "../../home/dispatch/dispatch-boards.ts";
import { systemClock } from "../../home/session/system-clock.ts";
import type { CliContext } from "../input/command.ts";
import type { Screen } from "../text/screen.ts";
import { writeStdout } from "../text/standard-streams.ts";
import { LiveTable, tableRows } from "./live-table.ts";
import { findingTexts, movementText, touchedTasks } from "./report-text.ts";
import { readTitles } from "./task-titles.ts";

/** How a loop of ticks is shown while it goes on. */
export interface Show {
  report(report: TickReport): void;
  /** Shows what is still to be shown, and gives the terminal back. */
  end(): Promise<void>;
}

/** A table on a terminal, a line per movement in a pipe; with --json a line per tick, if a stream was asked for. */
export async function showProgress(
  cli: CliContext,
  boards: OpenBoards,
  { isStream }: { readonly isStream: boolean },
): Promise<Show> {
  const screen = await cli.output.screen();
  if (cli.output.isJson)
    return showLines(async (report) => (isStream ? cli.output.line(report, () => "") : undefined));
  if (screen.isTerminal) return showTable(screen, boards);
  return showLines(async (report) => {
    const board = boards.open.find(({ slug }) => slug === report.board);
    const getTask = async (id: string) =>
      (await board?.dispatcher.view((store) => store.getTask(id))) ?? null;
    writeStdout(movementText(report, screen, await readTitles(touchedTasks(report), getTask)));
  });
}

/** One after the other, and only ticks that did something. */
function showLines(write: (report: TickReport) => Promise<void>): Show {
  let written = Promise.resolve();
  return {
    report: (report) => {
      if (hasNews(report)) written = written.then(() => write(report));
    },
    end: () => written,
  };
}

/** Redraws after what moved, and once a second for the time that passes. */
function showTable(screen: Screen, boards: OpenBoards): Show {
  const table = new LiveTable(screen);
  const problems: string[] = [];
  const draw = async () => {
    const tasks: ListedTask[] = [];
    const counts = new Map<string, number>();
    for (const board of boards.open) {
      tasks.push(...(await listForTable(board, tableRows(screen))));
      const { byStatus } = await board.dispatcher.view((store) => store.getCounts());
      for (const [status, count] of Object.entries(byStatus))
        counts.set(status, (counts.get(status) ?? 0) + count);
    }
    const footer = [...counts].map(([status, count]) => `${count} ${status}`).join(", ");
    table.draw(tasks, [footer, ...problems.slice(-1)], systemClock.nowMs());
  };
  let drawn = draw();
  const redraw = () => {
    // What can't be read now is drawn a second later, or what is wrong is told by the tick that meets it.
    drawn = drawn.then(draw).catch(() => {});
  };
  const timer = setInterval(redraw, 1_000);
  return {
    report: (report) => {
      problems.push(...findingTexts(report));
      if (hasNews(report)) redraw();
    },
    end: async () => {
      clearInterval(timer);
      redraw();
      await drawn.finally(() => table.close());
    },
  };
}

/** The whole board where it fits, in the order in which it was made; else what is at work and what comes next. */
async function listForTable(board: OpenBoard, rows: number): Promise<readonly ListedTask[]> {
  const list = (statuses: readonly TaskStatus[], sort: "created" | "priority", limit: number) =>
    board.dispatcher.view((store) => store.listTasks({ statuses, sort, limit }));
  const shown = taskStatuses.filter((status) => status !== "archived");
  const all = await list(shown, "created", rows + 1);
  if (all.length <= rows) return all;
  const running = await list(["running"], "created", rows);
  return [...running, ...(await list(["ready", "blocked"], "priority", rows))].slice(0, rows);
}
