import { isSameTask } from "../../home/overview/overview.ts";
import type { Cell, Row } from "./row.ts";
import type { TopFrame } from "./top-frame.ts";
import type { TopState } from "./top-state.ts";

const keys = ["a answer", "r retry", "x cancel", "Enter log", "p pause", "/ filter", "? help", "q quit"];

/** What is said just now, and which keys there are. */
export function footRows(state: TopState, frame: TopFrame): Row[] {
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
