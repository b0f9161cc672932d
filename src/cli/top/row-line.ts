import type { Screen } from "../text/screen.ts";
import { columnsOf, cut, visibleLine } from "../text/visible.ts";
import type { Cell, Row } from "./row.ts";

type Paint = Screen["paint"];

const gap = "  ";
/** What the right side leaves the left at least. */
const leftColumnsMin = 24;
/** Where the right side ends at the latest, as far as the left one allows. */
const rightEndMax = 110;

/** Rows as lines of at most so many columns, whatever a task is called. */
export function rowLines(rows: readonly Row[], columns: number, paint: Paint): readonly string[] {
  const widths = widthsOf(rows, columns);
  return rows.map((row) => {
    if (row.kind === "blank") return "";
    return row.kind === "line" ? plainLine(row, columns, paint) : taskLine(row, widths, paint);
  });
}

interface Widths {
  readonly board: number;
  readonly title: number;
  readonly who: number;
  readonly time: number;
  readonly text: number;
}

const idColumns = 10;

/** Who does it and for how long take what they need; the title and what is said share the rest. */
function widthsOf(rows: readonly Row[], columns: number): Widths {
  const tasks = rows.filter((row) => row.kind === "task");
  const widest = (of: (row: (typeof tasks)[number]) => string, max: number) =>
    Math.min(max, Math.max(0, ...tasks.map((row) => columnsOf(visibleLine(of(row))))));
  const board = widest((row) => row.board, 12);
  // A narrow screen has no room for what says nothing.
  const isOneForAll = new Set(tasks.map((row) => row.who)).size <= 1;
  const who = isOneForAll && columns < 100 ? 0 : widest((row) => row.who, 12);
  const time = widest((row) => row.time, 8);
  const fixed =
    2 + idColumns + [board, who, time].reduce((sum, width) => sum + (width === 0 ? 0 : width + 2), 0) + 4;
  const rest = Math.max(8, columns - fixed);
  const title = Math.min(
    widest((row) => row.title.text, columns),
    Math.ceil(rest * 0.55),
  );
  return { board, who, time, title, text: Math.max(0, rest - title) };
}

function taskLine(row: Extract<Row, { kind: "task" }>, widths: Widths, paint: Paint): string {
  const cell = (text: string, width: number, colour?: Cell["colour"]) => {
    if (width === 0) return "";
    const shown = cut(visibleLine(text), width);
    const padding = " ".repeat(Math.max(0, width - columnsOf(shown)));
    return `${colour === undefined ? shown : paint(colour, shown)}${padding}${gap}`;
  };
  const line = [
    row.isSelected ? paint("bold", "› ") : "  ",
    cell(row.id, idColumns, "dim"),
    cell(row.board, widths.board, "cyan"),
    cell(row.title.text, widths.title, row.title.colour),
    cell(row.who, widths.who, "dim"),
    cell(row.time.padStart(widths.time), widths.time),
    cell(row.text.text, widths.text, row.text.colour),
  ].join("");
  return line.trimEnd();
}

function plainLine({ left, right }: Extract<Row, { kind: "line" }>, columns: number, paint: Paint): string {
  const kept = fit(right, columns - leftColumnsMin);
  const rightColumns = columnsOfCells(kept);
  const begun = cutCells(left, columns - (rightColumns === 0 ? 0 : rightColumns + gap.length));
  const begunColumns = columnsOfCells(begun);
  // On a wide screen what belongs together stays together.
  const end = Math.max(Math.min(columns, rightEndMax), begunColumns + gap.length + rightColumns);
  const padding = rightColumns === 0 ? "" : " ".repeat(Math.max(0, end - rightColumns - begunColumns));
  return `${painted(begun, paint)}${padding}${painted(kept, paint)}`;
}

/** The first cells, as far as they fit whole: half a command is none. */
function fit(cells: readonly Cell[], columns: number): readonly Cell[] {
  const shown = cells.map((cell) => ({ ...cell, text: visibleLine(cell.text) }));
  while (shown.length > 0 && columnsOfCells(shown) > columns) shown.pop();
  return shown;
}

function cutCells(cells: readonly Cell[], columns: number): readonly Cell[] {
  let room = columns;
  const shown: Cell[] = [];
  for (const cell of cells) {
    if (room < 2) break;
    const text = cut(visibleLine(cell.text), room);
    shown.push({ ...cell, text });
    room -= columnsOf(text) + gap.length;
  }
  return shown;
}

function columnsOfCells(cells: readonly Cell[]): number {
  return (
    cells.reduce((sum, { text }) => sum + columnsOf(text) + gap.length, 0) -
    (cells.length > 0 ? gap.length : 0)
  );
}

function painted(cells: readonly Cell[], paint: Paint): string {
  return cells.map(({ text, colour }) => (colour === undefined ? text : paint(colour, text))).join(gap);
}
