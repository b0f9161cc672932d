import type { Row } from "./row.ts";

const lines: readonly (readonly [string, string])[] = [
  ["up, down, j, k", "select a task; Tab goes to the next part"],
  ["Enter", "its log: follows what is written; / searches, q goes back"],
  ["a", "answer its question; approve a review, or say what to change"],
  ["r", "settle it: retry what gave up, unblock, accept, promote"],
  ["x", "cancel it; a running one is stopped (asks first)"],
  ["p", "pause its board: nothing new starts; p again: it goes on"],
  ["/", "only tasks with this in title, id or assignee; Esc: all"],
  ["Ctrl-L", "draw the screen anew"],
  ["Ctrl-Z", "suspend; `fg` comes back"],
  ["q, Ctrl-C", "leave; workers go on"],
];
const keyColumns = 16;

/** What the keys do. */
export function helpRows(height: number): readonly Row[] {
  const rows: Row[] = [
    { kind: "line", left: [{ text: "kanbun top: the keys", colour: "bold" }], right: [] },
    { kind: "blank" },
    ...lines.map(
      ([key, what]): Row => ({
        kind: "line",
        left: [{ text: `  ${key}`.padEnd(keyColumns), colour: "cyan" }, { text: what }],
        right: [],
      }),
    ),
    { kind: "blank" },
    { kind: "line", left: [{ text: "any key goes back", colour: "dim" }], right: [] },
  ];
  return rows.slice(0, height);
}
