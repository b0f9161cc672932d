import { move } from "../store/act.ts";
import { columns, shownColumns } from "../store/columns.ts";
import { focused, selected, whereIs } from "../store/current.ts";
import type { Key } from "../store/keys.ts";
import { openMenu } from "../store/menu.ts";
import { isReader } from "../store/session.ts";
import { isPossible, type VerbName, verbOf, wayInto } from "../store/verbs.ts";
import type { Card } from "../store/wire.ts";
import { focusCard, neighbour } from "./card-focus.ts";
import { moveInto } from "./drag-state.ts";
import { actedOn, keyOf, select } from "./selection.ts";
import { changePriority, pick, taskMenu } from "./task-menu.ts";

/** What the keys do to the card that has the focus, or to all that are selected. */
export const boardKeys: readonly Key[] = [
  { keys: ["ArrowDown", "j"], title: "next card", run: () => step(1, 0) },
  { keys: ["ArrowUp", "k"], title: "card before", run: () => step(-1, 0) },
  { keys: ["ArrowRight", "l"], title: "next column", run: () => step(0, 1) },
  { keys: ["ArrowLeft", "h"], title: "column before", run: () => step(0, -1) },
  { keys: ["Home"], title: "first card of the column", run: () => step(-1_000_000, 0) },
  { keys: ["End"], title: "last card of the column", run: () => step(1_000_000, 0) },
  { keys: ["o"], title: "open it (or Enter)", run: () => linkOfFocused()?.click() },
  {
    keys: ["x"],
    title: "select it, or no longer",
    run: () => focused.peek() !== null && select(focused.peek() as string, false),
  },
  { keys: ["m", "ContextMenu"], title: "what can be done with it", run: showMenu },
  { keys: ["]", ">"], title: "move it to the next column that takes it", run: () => shift(1) },
  { keys: ["[", "<"], title: "move it to a column before that takes it", run: () => shift(-1) },
  { keys: ["r"], title: "make it ready: promote, unblock, retry, take back", run: () => act("ready") },
  { keys: ["d"], title: "it is done: complete, approve", run: () => act("done") },
  { keys: ["b"], title: "block it", run: () => act("blocked") },
  { keys: ["v"], title: "hand it in for review", run: () => act("review") },
  { keys: ["s"], title: "put it off", run: () => act("todo") },
  { keys: ["a"], title: "assign it", run: assign },
  { keys: ["Delete"], title: "archive it", run: () => moveAll("archive") },
  { keys: ["+", "="], title: "higher priority", run: () => raise(1) },
  { keys: ["-"], title: "lower priority", run: () => raise(-1) },
  { keys: ["Escape"], title: "select none", run: selectNone },
];

function step(down: number, right: number): void {
  const next = neighbour(down, right);
  if (next !== null) focusCard(next);
}

function linkOfFocused(): HTMLElement | null {
  const id = focused.peek();
  return id === null ? null : document.querySelector(`[data-key="${CSS.escape(id)}"] h3 a`);
}

function showMenu(): void {
  const tasks = actedOn();
  const at = linkOfFocused();
  if (tasks.length > 0) openMenu("Tasks", taskMenu(tasks), at ?? document.body);
}

/** Into the nearest column on that side that takes it. */
function shift(by: number): void {
  const [first] = actedOn();
  const here = first === undefined ? null : whereIs(keyOf(first));
  if (first === undefined || here === null || isReader()) return;
  const shown = shownColumns.peek().map(({ id }) => id);
  const order =
    by > 0
      ? shown.slice(shown.indexOf(here.column) + 1)
      : shown.slice(0, shown.indexOf(here.column)).reverse();
  const target = order.find((id) => "verb" in wayInto(id, first)) ?? order[0];
  if (target !== undefined) moveInto(target, actedOn());
}

function act(column: string): void {
  const tasks = actedOn();
  if (tasks.length === 0 || isReader()) return;
  const known = columns.some(({ id }) => id === column);
  if (known) moveInto(column, tasks);
}

function moveAll(name: VerbName): void {
  const tasks = actedOn().filter((card: Card) => isPossible(verbOf(name), card));
  if (tasks.length > 0 && !isReader()) void move(tasks, name);
}

function assign(): void {
  const tasks = actedOn().filter((card) => isPossible(verbOf("assign"), card));
  if (tasks.length > 0 && !isReader()) pick("openAssign", tasks);
}

function raise(by: number): void {
  const tasks = actedOn();
  if (tasks.length > 0 && !isReader()) void changePriority(tasks, by);
}

function selectNone(): void {
  selected.value = new Set();
}
