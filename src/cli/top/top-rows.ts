import type { Overview, OverviewTask, Part } from "../../home/overview/overview.ts";
import { isSameTask } from "../../home/overview/overview.ts";
import { describeNext } from "../text/repeat-text.ts";
import { formatWait } from "../text/wait-text.ts";
import { footRows } from "./foot-rows.ts";
import { headRows } from "./head-rows.ts";
import { helpRows } from "./help-rows.ts";
import type { Cell, Row } from "./row.ts";
import type { TopFrame } from "./top-frame.ts";
import type { TopState } from "./top-state.ts";
import { agoText, roundText, waitText, whatText } from "./top-words.ts";

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
  const isAlone =
    dispatching === null &&
    boards.every(({ dispatcherPid, otherHosts }) => dispatcherPid === null && otherHosts.length === 0);
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
  const time = tookMs === null ? "" : formatWait(tookMs);
  if (name === "done")
    return { ...base, time, text: { text: agoText(nowMs - (endedAtMs ?? nowMs)), colour: "dim" } };
  if (name === "next") return { ...base, time, text: waitText(task, nowMs) };
  const tries = task.task.consecutiveFailures > 0 ? `try ${task.task.consecutiveFailures + 1}  ` : "";
  if (hold !== null && hold.reason !== "running")
    return { ...base, time, text: { text: `${tries}${hold.detail}`, colour: "yellow" } };
  return { ...base, time, text: { text: `${tries}${task.lastLine}`, colour: "dim" } };
}
