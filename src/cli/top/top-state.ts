import { describeAnswers } from "../../board/question.ts";
import { isSameTask, type Overview, type OverviewTask } from "../../home/overview/overview.ts";
import type { Key } from "./key-reader.ts";
import { type Prompt, type PromptKind, typeInto } from "./prompt.ts";

/** All that the screen shows, and nothing of the terminal that it is shown on. */
export interface TopState {
  readonly overview: Overview;
  readonly selected: OverviewTask | null;
  /** False: the selection was never moved; it is the first task, also when another one becomes the first. */
  readonly isChosen: boolean;
  /** Only tasks that have this in their title, id or assignee; "" for all. */
  readonly filter: string;
  readonly prompt: Prompt<PromptKind> | null;
  /** What came of the last key, until the next one. */
  readonly message: string;
  readonly isHelp: boolean;
}

/** What a key asks for, to be done by the owner of the state. */
export type TopMove =
  | { readonly do: "quit" | "suspend" | "redraw" }
  | { readonly do: "open_log"; readonly task: OverviewTask }
  | { readonly do: "approve" | "retry" | "cancel"; readonly task: OverviewTask }
  | { readonly do: "pause_board"; readonly board: string }
  | { readonly do: "answer" | "request_changes"; readonly task: OverviewTask; readonly text: string };

export interface Pressed {
  readonly state: TopState;
  readonly move: TopMove | null;
}

export function startState(overview: Overview): TopState {
  const state = {
    overview,
    selected: null,
    isChosen: false,
    filter: "",
    prompt: null,
    message: "",
    isHelp: false,
  };
  return { ...state, selected: tasksOf(overview)[0] ?? null };
}

/** Every task that is named, from top to bottom. */
function tasksOf({ needsYou, running, next, done }: Overview): readonly OverviewTask[] {
  return [needsYou, running, next, done].flatMap((part) => part.tasks);
}

/** The screen with newer facts: the same task stays selected, or where it is gone the one in its place. */
export function withOverview(state: TopState, overview: Overview): TopState {
  const { selected } = state;
  const tasks = tasksOf(overview);
  if (selected === null || !state.isChosen) return { ...state, overview, selected: tasks[0] ?? null };
  const same = tasks.find((one) => isSameTask(one, selected));
  const at = tasksOf(state.overview).findIndex((one) => isSameTask(one, selected));
  const inPlace = tasks[Math.min(Math.max(0, at), tasks.length - 1)] ?? null;
  return { ...state, overview, selected: same ?? inPlace };
}

/** @param pageRows how far a page is */
export function pressKey(state: TopState, key: Key, pageRows: number): Pressed {
  if (key.name === "ctrl_c") return { state, move: { do: "quit" } };
  if (key.name === "ctrl_z") return { state, move: { do: "suspend" } };
  if (key.name === "ctrl_l") return { state, move: { do: "redraw" } };
  if (state.prompt !== null) return pressInPrompt(state, state.prompt, key);
  const still = { ...state, message: "", isHelp: false };
  if (state.isHelp) return { state: still, move: null };
  return key.name === "text" ? pressLetter(still, key.text) : pressArrow(still, key, pageRows);
}

function pressArrow(state: TopState, { name }: Key, pageRows: number): Pressed {
  const { selected, overview } = state;
  const tasks = tasksOf(overview);
  const at = selected === null ? -1 : tasks.findIndex((one) => isSameTask(one, selected));
  const to = (index: number) => ({
    state: {
      ...state,
      isChosen: true,
      selected: tasks[Math.min(Math.max(0, index), tasks.length - 1)] ?? null,
    },
    move: null,
  });
  switch (name) {
    case "up":
      return to(at - 1);
    case "down":
      return to(at + 1);
    case "page_up":
      return to(at - pageRows);
    case "page_down":
      return to(at + pageRows);
    case "home":
      return to(0);
    case "end":
      return to(tasks.length - 1);
    case "tab":
      return to(firstOfNextPart(overview, at));
    case "enter":
      return { state, move: selected && { do: "open_log", task: selected } };
    case "escape":
      return { state: { ...state, filter: "" }, move: null };
    default:
      return { state, move: null };
  }
}

function firstOfNextPart({ needsYou, running, next, done }: Overview, at: number): number {
  let start = 0;
  for (const { tasks } of [needsYou, running, next, done]) {
    if (tasks.length > 0 && start > at) return start;
    start += tasks.length;
  }
  return 0;
}

function pressLetter(state: TopState, letter: string): Pressed {
  const { selected, overview } = state;
  switch (letter) {
    case "q":
      return { state, move: { do: "quit" } };
    case "?":
    case "h":
      return { state: { ...state, isHelp: true }, move: null };
    case "/":
      return {
        state: { ...state, prompt: { kind: "filter", label: "filter", text: state.filter } },
        move: null,
      };
    case "j":
      return pressArrow(state, { name: "down", text: "" }, 0);
    case "k":
      return pressArrow(state, { name: "up", text: "" }, 0);
    case "p": {
      const board = selected?.board ?? overview.boards[0]?.slug;
      return { state, move: board === undefined ? null : { do: "pause_board", board } };
    }
    case "a":
    case "r":
    case "x":
      return selected === null ? say(state, "no task is selected") : pressForTask(state, letter, selected);
    default:
      return { state, move: null };
  }
}

function pressForTask(state: TopState, letter: "a" | "r" | "x", task: OverviewTask): Pressed {
  const ask = (kind: PromptKind, label: string) => ({
    state: { ...state, prompt: { kind, label, text: "", task } },
    move: null,
  });
  const { status } = task.task;
  if (letter === "x") {
    if (status === "done" || status === "archived") return say(state, "it is done already");
    const stops = status === "running" ? " and stop its worker" : "";
    return ask("cancel", `cancel ${task.task.id}${stops}? y or n`);
  }
  if (letter === "r") return { state, move: { do: "retry", task } };
  if (task.question !== null) return ask("answer", `answer (${describeAnswers(task.question)})`);
  if (status === "review") return ask("review", "y approves; any other text says what to change");
  return say(state, "it asks nothing: r retries it, x cancels it");
}

function say(state: TopState, message: string): Pressed {
  return { state: { ...state, message }, move: null };
}

function pressInPrompt(state: TopState, prompt: Prompt<PromptKind>, key: Key): Pressed {
  const isOne = prompt.kind === "cancel" && /^[yn]$/i.test(key.text);
  if (isOne)
    return pressInPrompt(state, { ...prompt, text: key.text, kind: "cancel" }, { name: "enter", text: "" });
  const typed = typeInto(prompt, key);
  if (typed.is === "left") return { state: { ...state, prompt: null }, move: null };
  if (typed.is === "open") {
    const filter = prompt.kind === "filter" ? typed.prompt.text : state.filter;
    return { state: { ...state, prompt: typed.prompt, filter }, move: null };
  }
  const closed = { ...state, prompt: null };
  const text = prompt.text.trim();
  const { kind, task } = prompt;
  if (kind === "filter") return { state: { ...closed, filter: text }, move: null };
  if (task === undefined || text === "") return { state: closed, move: null };
  const isYes = /^(y|yes)$/i.test(text);
  if (kind === "cancel") return { state: closed, move: isYes ? { do: "cancel", task } : null };
  if (kind === "answer") return { state: closed, move: { do: "answer", task, text } };
  return { state: closed, move: isYes ? { do: "approve", task } : { do: "request_changes", task, text } };
}
