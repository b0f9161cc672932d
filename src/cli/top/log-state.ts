import type { Key } from "./key-reader.ts";
import { type Prompt, typeInto } from "./prompt.ts";
import type { Row } from "./row.ts";

/** So many lines are kept, the last ones: a log may have gigabytes. */
export const logLinesMax = 5_000;

/** The log of one run on the screen. */
export interface LogState {
  readonly title: string;
  /** As they are shown: nothing in them does anything to a terminal. */
  readonly lines: readonly string[];
  /** Lines before those that are kept are left out. */
  readonly isCut: boolean;
  readonly isOver: boolean;
  /** The first line that is shown; null: it follows the end. */
  readonly top: number | null;
  /** Columns that are left out at the left. */
  readonly left: number;
  readonly search: string;
  readonly prompt: Prompt<"search"> | null;
  readonly message: string;
}

export function startLog(title: string): LogState {
  const place = { top: null, left: 0, search: "", prompt: null, message: "" };
  return { title, lines: [], isCut: false, isOver: false, ...place };
}

/** With what was written since. */
export function withLines(state: LogState, lines: readonly string[], isOver: boolean): LogState {
  const all = [...state.lines, ...lines];
  const dropped = Math.max(0, all.length - logLinesMax);
  return {
    ...state,
    lines: dropped === 0 ? all : all.slice(dropped),
    isCut: state.isCut || dropped > 0,
    isOver,
    // What is read stays where it is while the beginning is dropped.
    top: state.top === null ? null : Math.max(0, state.top - dropped),
  };
}

/** Of the screen's height, what is left for lines. */
function roomOf(height: number): number {
  return Math.max(1, height - 3);
}

function topOf({ top, lines }: LogState, room: number): number {
  return top ?? Math.max(0, lines.length - room);
}

/** The state after a key; "left" when it leaves the log. */
export function pressLogKey(state: LogState, key: Key, height: number): LogState | "left" {
  const room = roomOf(height);
  if (state.prompt !== null) return pressInPrompt(state, state.prompt, key, room);
  const still = { ...state, message: "" };
  const top = topOf(state, room);
  const to = (line: number): LogState => {
    const last = Math.max(0, state.lines.length - room);
    // At its end it is followed again.
    return { ...still, top: line >= last ? null : Math.max(0, line) };
  };
  switch (key.name === "text" ? key.text : key.name) {
    case "q":
    case "escape":
      return "left";
    case "up":
    case "k":
      return to(top - 1);
    case "down":
    case "j":
    case "enter":
      return to(top + 1);
    case "page_up":
    case "b":
      return to(top - room);
    case "page_down":
    case " ":
      return to(top + room);
    case "home":
    case "g":
      return to(0);
    case "end":
    case "G":
      return { ...still, top: null };
    case "left":
      return { ...still, left: Math.max(0, state.left - 20) };
    case "right":
      return { ...still, left: state.left + 20 };
    case "/":
      return { ...still, prompt: { kind: "search", label: "search", text: "" } };
    case "n":
      return find(still, top + 1, 1, room);
    case "N":
      return find(still, top - 1, -1, room);
    default:
      return still;
  }
}

function pressInPrompt(state: LogState, prompt: Prompt<"search">, key: Key, room: number): LogState {
  const typed = typeInto(prompt, key);
  if (typed.is === "open") return { ...state, prompt: typed.prompt };
  const closed = { ...state, prompt: null };
  if (typed.is === "left" || prompt.text === "") return closed;
  // What was written last is looked for first.
  return find({ ...closed, search: prompt.text }, topOf(state, room) + room - 1, -1, room);
}

/** The next line from `from` on that has what is searched, around the end if need be. */
function find(state: LogState, from: number, step: 1 | -1, room: number): LogState {
  const { lines, search } = state;
  if (search === "") return { ...state, message: "/ searches" };
  const { length } = lines;
  for (let i = 0; i < length; i += 1) {
    const at = (((from + i * step) % length) + length) % length;
    if (!hasWord(lines[at] ?? "", search)) continue;
    return {
      ...state,
      top: Math.min(at, Math.max(0, length - room)),
      message: `line ${at + 1} of ${length}`,
    };
  }
  return { ...state, message: `nothing found: ${search}` };
}

/** Whether a line has it, in either case. */
function hasWord(line: string, search: string): boolean {
  return line.toLowerCase().includes(search.toLowerCase());
}

/** The log from top to bottom. */
export function logRows(state: LogState, height: number): readonly Row[] {
  const { lines, search, prompt, message, isOver, isCut, left } = state;
  const room = roomOf(height);
  const top = topOf(state, room);
  const shown = lines.slice(top, top + room).map((line): Row => {
    const text = left === 0 ? line : line.slice(left);
    const isFound = search !== "" && hasWord(line, search);
    return { kind: "line", left: [isFound ? { text, colour: "yellow" } : { text }], right: [] };
  });
  const gap = Array.from({ length: room - shown.length }, (): Row => ({ kind: "blank" }));
  const place = state.top === null ? (isOver ? "ended" : "follows") : `line ${top + 1} of ${lines.length}`;
  const cut = isCut ? [{ text: `the last ${logLinesMax} lines`, colour: "dim" as const }] : [];
  const empty = lines.length === 0 ? [{ text: isOver ? "it wrote nothing" : "nothing was written yet" }] : [];
  const said =
    prompt === null
      ? [{ text: message, colour: "yellow" as const }, ...empty]
      : [{ text: `/${prompt.text}▏` }];
  const keys = ["q back", "/ search", "n N next", "g G begin, end", "arrows move"];
  return [
    {
      kind: "line",
      left: [{ text: state.title, colour: "bold" }],
      right: [...cut, { text: place, colour: "cyan" }],
    },
    ...shown,
    ...gap,
    { kind: "line", left: said.filter(({ text }) => text !== ""), right: [] },
    { kind: "line", left: keys.map((text) => ({ text, colour: "dim" as const })), right: [] },
  ];
}
