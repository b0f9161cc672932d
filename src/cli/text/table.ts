import type { Screen } from "./screen.ts";
import { columnsOf, cut } from "./visible.ts";

interface TableOptions {
  readonly head?: readonly string[];
  /** Columns that are aligned to the right. */
  readonly right?: readonly number[];
  /** Spaces before each line. */
  readonly indent?: number;
  /** On a terminal this column and the last share what the others leave, as far as they need it. */
  readonly flex?: number;
}

/** A column is never wider than this on a terminal, so that one long name does not push out all others. */
const CELL_COLUMNS_MAX = 32;
const gapColumns = 2;

/**
 * Aligned columns, one line per row; empty without rows. On a terminal the last column is cut where the line ends.
 * Cells are visible text, coloured or not; coloured ones are short.
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  screen: Screen,
  { head, right = [], indent = 0, flex = -1 }: TableOptions = {},
): string {
  if (rows.length === 0) return "";
  const limit = screen.isTerminal ? CELL_COLUMNS_MAX : Number.POSITIVE_INFINITY;
  const cells = rows.map((row) =>
    row.map((cell, i) => (i < row.length - 1 && i !== flex ? cut(cell, limit) : cell)),
  );
  const headCells = head === undefined ? [] : [head.map((cell) => screen.paint("dim", cell))];
  const all = [...headCells, ...cells];
  const columns = all.map((row) => row.map(columnsOf));
  const widths = (all[0] ?? []).map((_, i) => columns.reduce((most, row) => Math.max(most, row[i] ?? 0), 0));
  if (flex !== -1) widths[flex] = flexWidth(widths, flex, screen.columns - indent);
  // All that stands before the last column is as wide in each line.
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + gapColumns, indent);
  const lines = all.map((row, at) => {
    const shown = row.map((cell, i) => {
      const isLast = i === row.length - 1;
      const text = isLast
        ? cut(cell, Math.max(1, screen.columns - before))
        : i === flex
          ? cut(cell, widths[i] ?? 0)
          : cell;
      if (isLast && !right.includes(i)) return text;
      const taken = text === cell ? (columns[at]?.[i] ?? 0) : columnsOf(text);
      const gap = " ".repeat((widths[i] ?? 0) - taken);
      return right.includes(i) ? gap + text : text + gap;
    });
    return `${(" ".repeat(indent) + shown.join(" ".repeat(gapColumns))).trimEnd()}\n`;
  });
  return lines.join("");
}

/** What it needs, but where there is not room for all: then the last column gets what it needs of half of what is left. */
function flexWidth(widths: readonly number[], flex: number, columns: number): number {
  const taken = widths.reduce(
    (sum, width, i) => sum + (i === flex || i === widths.length - 1 ? 0 : width),
    0,
  );
  const room = columns - taken - gapColumns * (widths.length - 1);
  const last = Math.min(widths.at(-1) ?? 0, Math.floor(room / 2));
  return Math.max(1, Math.min(widths[flex] ?? 0, room - last));
}
