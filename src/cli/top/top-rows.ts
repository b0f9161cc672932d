import type { BoardState, Overview, OverviewTask, Part } from "../../home/overview/overview.ts";
import { isSameTask } from "../../home/overview/overview.ts";
import { describeNext } from "../text/repeat-text.ts";
import { helpRows } from "./help-rows.ts";
import type { Cell, Row } from "./row.ts";
import type { TopState } from "./top-state.ts";
import { agoText, lengthText, paceText, roundText, waitText, whatText } from "./top-words.ts";

/** What a dispatcher that shows the screen says of itself. */
export interface TopFrame {
  /** Of this very process; null where it only looks. */
  readonly dispatching: string | null;
  /** What it met last that a person should know. */
  readonly problem: string | null;
  /** A command of ours as it must be typed here. */
  readonly typed: (command: string, board: string) => string;
}

type PartName = "needsYou" | "running" | "next" | "done";

const partNames: readonly PartName[] = ["needsYou", "running", "next", "done"];
const titles: Readonly<Record<PartName, string>> = {
  needsYou: "Needs you",
  running: "Running",
  next: "Next",
  done: "Done",
};
const doneMax = 5;

/** All that there is to show, without keys. */
export function allRows(state: TopState, frame: TopFrame): readonly Row[] {
  const parts = partNames.flatMap((name) => partRows(name, state, frame, Number.POSITIVE_INFINITY));
  return [...headRows(state, frame), ...parts];
}

/** The screen from top to bottom, at most `height` rows. */
export function topRows(state: TopState, frame: TopFrame, height: number): readonly Row[] {
  if (state.isHelp) return helpRows(height);
  const head = headRows(state, frame);
  const foot = footRows(state, frame);
  const room = Math.max(0, height - head.length - foot.length);
  const shown = allot(state.overview, room);
  const parts = partNames.flatMap((name) => partRows(name, state, frame, shown[name]));
  const body = parts.slice(0, room);
  const gap = Array.from({ length: room - body.length }, (): Row => ({ kind: "blank" }));
  return [...head, ...body, ...gap, ...foot].slice(0, height);
}

/** Rows that one task takes. */
const rowsOf: Readonly<Record<PartName, number>> = { needsYou: 2, running: 1, next: 1, done: 1 };

/** How many tasks of each part are shown: in turns, so that no part pushes out another. */
function allot(overview: Overview, room: number): Record<PartName, number> {
  const shown = { needsYou: 0, running: 0, next: 0, done: 0 };
  // A blank row and the title of each part.
  let left = room - partNames.filter((name) => isShown(name, overview)).length * 2;
  for (let hasGiven = true; hasGiven; ) {
    hasGiven = false;
    for (const name of partNames) {
      const max = name === "done" ? doneMax : Number.POSITIVE_INFINITY;
      if (shown[name] >= Math.min(max, overview[name].tasks.length) || left < rowsOf[name]) continue;
      shown[name] += 1;
      left -= rowsOf[name];
      hasGiven = true;
    }
  }
  return shown;
}

function isShown(name: PartName, overview: Overview): boolean {
  return name !== "done" || overview.done.tasks.length > 0;
}

function headRows({ overview, filter }: TopState, { dispatching }: TopFrame): Row[] {
  const { boards, slots } = overview;
  const all = boards.reduce(
    (sum, { byStatus }) =>
      sum +
      Object.entries(byStatus).reduce((n, [status, count]) => n + (status === "archived" ? 0 : count), 0),
    0,
  );
  const name = boards.length === 1 ? (boards[0]?.slug ?? "") : `${boards.length} boards`;
  const pace = paceText(overview);
  const paused = boards.filter(({ isPaused }) => isPaused);
  const left: Cell[] = [
    { text: "kanbun", colour: "bold" },
    { text: name, colour: "cyan" },
    { text: `${overview.done.count} of ${all} done`, colour: "green" },
    ...(pace === "" ? [] : [{ text: pace }]),
    { text: `slots ${slots.used} of ${slots.max}` },
    dispatcherCell(overview, dispatching),
    ...(boards.length === 1 && paused.length === 1 ? [{ text: "PAUSED", colour: "yellow" as const }] : []),
    ...(filter === "" ? [] : [{ text: `filter: ${filter}`, colour: "magenta" as const }]),
  ];
  const head: Row = { kind: "line", left, right: [] };
  const isAnyDispatched = boards.some(({ dispatcherPid }) => dispatcherPid !== null);
  const cells = boards.map((board) => boardCell(board, isAnyDispatched));
  return boards.length > 1 ? [head, { kind: "line", left: cells, right: [] }] : [head];
}

function dispatcherCell({ boards }: Overview, dispatching: string | null): Cell {
  if (dispatching !== null) return { text: dispatching, colour: "green" };
  const pids = [...new Set(boards.flatMap(({ dispatcherPid }) => dispatcherPid ?? []))];
  if (pids.length === 0) return { text: "no dispatcher", colour: "yellow" };
  return { text: pids.length === 1 ? `dispatcher ${pids[0]}` : `${pids.length} dispatchers` };
}

function boardCell(
  { slug, byStatus, isPaused, problem, dispatcherPid }: BoardState,
  isAnyDispatched: boolean,
): Cell {
  if (problem !== null) return { text: `${slug}: ${problem}`, colour: "red" };
  const of = (status: keyof typeof byStatus) => byStatus[status] ?? 0;
  const open = of("ready") + of("todo") + of("scheduled") + of("review") + of("blocked") + of("triage");
  const words = [
    slug,
    ...(of("running") > 0 ? [`${of("running")} running`] : []),
    ...(open > 0 ? [`${open} open`] : []),
    ...(isPaused ? ["paused"] : []),
    // Where there is none at all the first line says so.
    ...(isAnyDispatched && dispatcherPid === null ? ["no dispatcher"] : []),
  ];
  const text = words.join(" ");
  return isPaused ? { text, colour: "yellow" } : { text };
}

function partRows(name: PartName, state: TopState, frame: TopFrame, shownMax: number): Row[] {
  const { overview, selected } = state;
  if (!isShown(name, overview)) return [];
  const part = overview[name];
  const tasks = windowOf(part, selected, shownMax);
  const more = part.count > tasks.length && tasks.length > 0 ? `, ${tasks.length} shown` : "";
  const isEmpty = part.count === 0;
  const title: Row = {
    kind: "line",
    left: [
      { text: titles[name], colour: name === "needsYou" && !isEmpty ? "yellow" : "bold" },
      { text: isEmpty ? "nothing" : `${part.count}${more}`, colour: "dim" },
      ...(name === "next" ? repeatCells(overview) : []),
    ],
    right: name === "next" && !isEmpty ? startCells(overview, frame) : [],
  };
  const rows = tasks.flatMap((task) => {
    const isSelected = selected !== null && isSameTask(task, selected);
    return name === "needsYou"
      ? needRows(task, isSelected, state, frame)
      : [taskRow(name, task, isSelected, state)];
  });
  return [{ kind: "blank" }, title, ...rows];
}

/** Which task a repeat makes next, and what makes none any more. */
function repeatCells({ nextRepeat, stoppedRepeats, atMs: nowMs }: Overview): Cell[] {
  const next = nextRepeat === null ? [] : [{ text: `repeats: ${describeNext(nextRepeat, nowMs)}` }];
  return [
    ...stoppedRepeats.map(({ id, title }) => ({
      text: `repeat ${id} has stopped: ${title}`,
      colour: "red" as const,
    })),
    ...next.map((cell) => ({ ...cell, colour: "dim" as const })),
  ];
}

/** What starts what is next, where nothing does. */
function startCells({ boards }: Overview, { dispatching, typed }: TopFrame): Cell[] {
  const isAlone = dispatching === null && boards.every(({ dispatcherPid }) => dispatcherPid === null);
  if (!isAlone) return [];
  const command = typed("kanbun dispatch --watch", boards[0]?.slug ?? "");
  return [
    { text: "nothing starts them:", colour: "yellow" },
    { text: command, colour: "dim" },
  ];
}

/** So many of them that the selected one is among them. */
function windowOf({ tasks }: Part, selected: OverviewTask | null, max: number): readonly OverviewTask[] {
  const at = selected === null ? -1 : tasks.findIndex((one) => isSameTask(one, selected));
  const start = at < max ? 0 : at - max + 1;
  return tasks.slice(start, start + max);
}

function common(task: OverviewTask, isSelected: boolean, { overview }: TopState) {
  return {
    kind: "task",
    isSelected,
    id: task.task.id,
    board: overview.boards.length > 1 ? task.board : "",
    title: isSelected ? bold(task.task.title) : { text: task.task.title },
    who: task.task.assignee ?? "-",
  } as const;
}

function bold(text: string): Cell {
  return { text, colour: "bold" };
}

/** What is needed, and below it the key and the command that settle it. */
function needRows(task: OverviewTask, isSelected: boolean, state: TopState, { typed }: TopFrame): Row[] {
  const { word, colour, detail, key } = whatText(task);
  const command = task.hold?.command ?? null;
  return [
    { ...common(task, isSelected, state), time: sinceText(task, state), text: { text: word, colour } },
    {
      kind: "line",
      left: [{ text: `    ${detail}` }],
      right:
        command === null
          ? []
          : [
              { text: key, colour: "bold" },
              { text: typed(command, task.board), colour: "dim" },
            ],
    },
  ];
}

/** For how long it has needed a person. */
function sinceText({ needsYouSinceAtMs }: OverviewTask, { overview: { atMs: nowMs } }: TopState): string {
  return needsYouSinceAtMs === null ? "" : roundText(nowMs - needsYouSinceAtMs);
}

function taskRow(
  name: Exclude<PartName, "needsYou">,
  task: OverviewTask,
  isSelected: boolean,
  state: TopState,
): Row {
  const { atMs: nowMs } = state.overview;
  const { startedAtMs, endedAtMs, hold } = task;
  const base = common(task, isSelected, state);
  const tookMs = startedAtMs === null ? null : (endedAtMs ?? nowMs) - startedAtMs;
  const time = tookMs === null ? "" : lengthText(tookMs);
  if (name === "done")
    return { ...base, time, text: { text: agoText(nowMs - (endedAtMs ?? nowMs)), colour: "dim" } };
  if (name === "next") return { ...base, time, text: waitText(task, nowMs) };
  const tries = task.task.consecutiveFailures > 0 ? `try ${task.task.consecutiveFailures + 1}  ` : "";
  if (hold !== null && hold.reason !== "running")
    return { ...base, time, text: { text: `${tries}${hold.detail}`, colour: "yellow" } };
  return { ...base, time, text: { text: `${tries}${task.lastLine}`, colour: "dim" } };
}

const keys = ["a answer", "r retry", "x cancel", "Enter log", "p pause", "/ filter", "? help", "q quit"];

function footRows(state: TopState, frame: TopFrame): Row[] {
  return [
    { kind: "blank" },
    { kind: "line", ...sayRow(state, frame) },
    {
      kind: "line",
      left: (state.prompt === null ? keys : ["Enter sends", "Esc leaves"]).map((text) => ({
        text,
        colour: "dim" as const,
      })),
      right: [],
    },
  ];
}

function sayRow(
  { prompt, message, selected, overview }: TopState,
  { problem, typed }: TopFrame,
): { left: Cell[]; right: Cell[] } {
  if (prompt !== null)
    return { left: [{ text: `${prompt.label}:`, colour: "bold" }, { text: `${prompt.text}▏` }], right: [] };
  if (message !== "") return { left: [{ text: message, colour: "yellow" }], right: [] };
  if (problem !== null) return { left: [{ text: problem, colour: "red" }], right: [] };
  if (selected?.hold == null) return { left: [], right: [] };
  const { hold } = selected;
  const command =
    hold.command === null ? [] : [{ text: typed(hold.command, selected.board), colour: "dim" as const }];
  // What is needed of a person is said where it stands; the command may not have had room there.
  if (overview.needsYou.tasks.some((one) => isSameTask(one, selected))) return { left: command, right: [] };
  return { left: [{ text: hold.detail, colour: "dim" }], right: command };
}
