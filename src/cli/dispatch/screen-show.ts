import { hasNews, type TickReport } from "../../dispatcher/report/report.ts";
import { describeError } from "../../home/failure.ts";
import type { CliContext } from "../input/command.ts";
import { isTerminal, writeStdout } from "../text/standard-streams.ts";
import { visibleLine } from "../text/visible.ts";
import type { TopScreen } from "../top/top-screen.ts";
import { findingTexts } from "./report-text.ts";
import type { Show, ShowOptions } from "./show.ts";

/** What takes no longer is told in lines: a screen that is gone at once is only a flicker. */
const screenAfterMs = 300;
/** So many lines of what happened are left on the terminal when the screen is gone. */
const linesMax = 20;

/** The screen while it goes on, and then the last of what happened as lines. */
export async function showScreen(
  cli: CliContext,
  { home = cli.home, word, onQuit }: ShowOptions,
  describe: (report: TickReport) => Promise<string>,
): Promise<Show> {
  const isErrorSeen = await isTerminal(2);
  const lines: string[] = [];
  let dropped = 0;
  let described = Promise.resolve();
  let top: TopScreen | null = null;
  let problem: string | null = null;
  const add = (text: string) => {
    lines.push(...text.split("\n").filter((line) => line !== ""));
    dropped += lines.splice(0, lines.length - linesMax).length;
  };
  const say = (text: string) => {
    problem = visibleLine(text);
    top?.showProblem(problem);
  };
  const open = async () => {
    try {
      const { TopScreen } = await import("../top/top-screen.ts");
      top = await TopScreen.open(cli, { home, dispatching: word, onQuit });
      if (problem !== null) top.showProblem(problem);
    } catch (error) {
      // The work goes on, and is told in lines at its end.
      add(`no screen: ${visibleLine(describeError(error).message)}`);
    }
  };
  let opening = Promise.resolve();
  const timer = setTimeout(() => {
    opening = open();
  }, screenAfterMs);
  return {
    report: (report) => {
      for (const text of findingTexts(report)) say(text);
      if (hasNews(report)) described = described.then(async () => add(await describe(report)));
    },
    trouble: (text) => {
      say(text);
      if (isErrorSeen) add(visibleLine(text));
      return isErrorSeen;
    },
    end: async () => {
      clearTimeout(timer);
      await opening;
      await top?.close();
      await described;
      if (dropped > 0) writeStdout(`  … ${dropped} lines before these\n`);
      writeStdout(lines.map((line) => `${line}\n`).join(""));
    },
  };
}
