import { hasNews, type TickReport } from "../../dispatcher/report/report.ts";
import type { OpenBoards } from "../../home/dispatch/dispatch-boards.ts";
import type { CliContext } from "../input/command.ts";
import { writeStdout } from "../text/standard-streams.ts";
import { canShowScreen } from "../top/can-show-screen.ts";
import { movementText, touchedTasks } from "./report-text.ts";
import { showScreen } from "./screen-show.ts";
import type { Show, ShowOptions } from "./show.ts";
import { readTitles } from "./task-titles.ts";

/** The screen of `kanbun top` on a terminal, else a line per movement; with --json a line per tick, if a stream was asked for. */
export async function showProgress(cli: CliContext, boards: OpenBoards, how: ShowOptions): Promise<Show> {
  const screen = await cli.output.screen();
  if (cli.output.isJson)
    return showLines(async (report) => (how.isStream ? cli.output.line(report, () => "") : undefined));
  const write = async (report: TickReport) => {
    const board = boards.open.find(({ slug }) => slug === report.board);
    const getTask = async (id: string) =>
      (await board?.dispatcher.view((store) => store.getTask(id))) ?? null;
    const text = movementText(report, screen, await readTitles(touchedTasks(report), getTask));
    return cli.output.typedText(text, report.board === cli.place.board ? undefined : report.board);
  };
  if (!how.isPlain && (await canShowScreen())) return showScreen(cli, how, write);
  return showLines(async (report) => writeStdout(await write(report)));
}

/** One after the other, and only ticks that did something. */
function showLines(write: (report: TickReport) => Promise<void>): Show {
  let written = Promise.resolve();
  return {
    report: (report) => {
      if (hasNews(report)) written = written.then(() => write(report));
    },
    trouble: () => false,
    end: () => written,
  };
}
