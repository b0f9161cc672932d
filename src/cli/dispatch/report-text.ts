import { idWord } from "../../board/hold.ts";
import { type EndedRun, hasNews, movedRuns, type TickReport } from "../../dispatcher/report/report.ts";
import type { Colour, Screen } from "../text/screen.ts";
import { columnsOf, cut, visibleLine } from "../text/visible.ts";

/** So many of the tasks that were held back are named to people: a wall of them helps no one. */
const heldShownMax = 10;

/** How many a tick must name, for what is shown of them to be true. */
export const heldAskedMax = heldShownMax + 1;

/** What a tick did, a line for each task, under a line for the board. */
export function reportText(report: TickReport, screen: Screen, titles: ReadonlyMap<string, string>): string {
  return [
    headline(report, screen),
    ...movements(report, screen, titles),
    ...findingLines(report, screen),
    ...heldLines(report, screen, titles),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

/** The same without headline and held tasks, with the titles of the tasks: "" for a tick that did nothing. */
export function movementText(
  report: TickReport,
  screen: Screen,
  titles: ReadonlyMap<string, string>,
): string {
  return [...movements(report, screen, titles), ...findingLines(report, screen)]
    .map((line) => `${line}\n`)
    .join("");
}

function headline(report: TickReport, screen: Screen): string {
  const board = screen.paint("bold", report.board);
  if (report.skippedLocked) {
    const { holder } = report;
    const who = holder ? `pid ${holder.pid} on ${visibleLine(holder.host)}` : "another process";
    const since = holder ? ` since ${new Date(holder.sinceAtMs).toLocaleTimeString()}` : "";
    return `${board}: skipped, ${who} has the dispatch lock${since}`;
  }
  const count = report.held.length;
  const held = count === 0 ? "" : ` (${hasMoreHeld(report) ? `more than ${heldShownMax}` : count} held back)`;
  return hasNews(report) ? `${board}:${held}` : `${board}: nothing to do${held}`;
}

/** The tasks that the text of a report names. */
export function namedTasks(report: TickReport): readonly string[] {
  return [...touchedTasks(report), ...report.held.slice(0, heldShownMax).map(({ taskId }) => taskId)];
}

/** The tasks that a tick did anything to. */
export function touchedTasks(report: TickReport): readonly string[] {
  return [
    ...new Set([...movedRuns(report).map((run) => run.taskId), ...report.promoted, ...madeTasks(report)]),
  ];
}

function madeTasks({ repeated }: TickReport): readonly string[] {
  return repeated.flatMap(({ taskId }) => taskId ?? []);
}

/** The word of a line and the spaces around it. */
const wordColumns = 15;

function movements(report: TickReport, screen: Screen, titles: ReadonlyMap<string, string>): string[] {
  const line = (word: string, colour: Colour, task: string, rest = "") => {
    const named = cut(withTitle(task, titles), screen.columns - wordColumns);
    const remark = rest === "" ? "" : cut(`  (${rest})`, screen.columns - wordColumns - columnsOf(named));
    return `  ${screen.paint(colour, word.padEnd(12))} ${named}${screen.paint("dim", remark)}`;
  };
  const ended = (word: string, colour: Colour, runs: readonly EndedRun[]) =>
    runs.map((run) => line(word, colour, run.taskId, firstLine(run)));
  return [
    ...ended("completed", "green", report.completed),
    ...ended("handed in", "magenta", report.reviewRequested),
    ...ended("sent back", "yellow", report.changesRequested),
    ...ended("blocked", "yellow", report.blocked),
    ...ended("failed", "red", report.crashed),
    ...ended("timed out", "red", report.timedOut),
    ...ended("stale", "yellow", report.stale),
    ...ended("rate limited", "yellow", report.rateLimited),
    ...ended("interrupted", "yellow", report.interrupted),
    ...ended("reclaimed", "yellow", report.reclaimed),
    ...ended("not started", "red", report.spawnFailed),
    ...report.gaveUp.map((run) =>
      line("gave up", "red", run.taskId, `blocked until \`kanbun retry ${idWord(run.taskId)}\``),
    ),
    ...report.repeated.map(({ repeatId, title, taskId, passedForTaskId }) =>
      taskId === null
        ? line(
            "passed",
            "yellow",
            `repeat ${repeatId}`,
            `${visibleLine(title)}: ${passedForTaskId ?? "its task"} is open`,
          )
        : line("repeated", "cyan", taskId, `by the repeating task ${repeatId}`),
    ),
    ...report.promoted.map((task) => line("promoted", "cyan", task)),
    ...report.spawned.map((run) =>
      line("spawned", "blue", run.taskId, `run ${run.runId}, ${visibleLine(run.profile)}, pid ${run.pid}`),
    ),
  ];
}

/** What was found, a text for each, to be read apart from the report. */
export function findingTexts({ findings }: TickReport): readonly string[] {
  return findings.map(
    ({ taskId, detail }) => `problem: ${taskId === null ? "" : `${taskId}: `}${visibleLine(detail)}`,
  );
}

function findingLines({ findings }: TickReport, screen: Screen): string[] {
  const word = screen.paint("red", "problem     ");
  return findings.flatMap(({ taskId, path, detail, hint }) => [
    `  ${word} ${[taskId ?? path, visibleLine(detail)].filter((part) => part !== null).join("  ")}`,
    ...(hint === null ? [] : [`               ${screen.paint("dim", `hint: ${visibleLine(hint)}`)}`]),
  ]);
}

function firstLine(run: EndedRun): string {
  const error = run.error?.split("\n", 1)[0] ?? "";
  return `run ${run.runId}${error === "" ? "" : `: ${visibleLine(error)}`}`;
}

function hasMoreHeld(report: TickReport): boolean {
  return report.held.length > heldShownMax;
}

function withTitle(task: string, titles: ReadonlyMap<string, string>): string {
  const title = titles.get(task);
  return visibleLine(title === undefined ? task : `${task} ${title}`);
}

function heldLines(report: TickReport, screen: Screen, titles: ReadonlyMap<string, string>): string[] {
  const word = screen.paint("dim", "held        ");
  const shown = report.held
    .slice(0, heldShownMax)
    .map(
      ({ taskId, detail }) =>
        `  ${word} ${withTitle(taskId, titles)}  ${screen.paint("dim", visibleLine(`(${detail})`))}`,
    );
  return hasMoreHeld(report) ? [...shown, `  ${word} and more: \`kanbun status\` counts them`] : shown;
}
