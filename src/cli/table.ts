import type { Screen } from "./screen.ts";
import { columnsOf, cut } from "./visible.ts";

interface TableOptions {
  readonly head?: readonly string[];
  /** Columns that are aligned to the right. */
  readonly right?: readonly number[];
  /** Spaces before each line. */
  readonly indent?: number;
}

/** A column is never wider than this on a terminal, so that one long name does not push out all others. */
const CELL_COLUMNS_MAX = 32;

/**
 * Aligned columns, one line per row; empty without rows. On a terminal the last column is cut where the line ends.
 * Cells are visible text, coloured or not; coloured ones are short.
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  screen: Screen,
  { head, right = [], indent = 0 }: TableOptions = {},
): string {
  if (rows.length === 0) return "";
  const limit = screen.isTerminal ? CELL_COLUMNS_MAX : Number.POSITIVE_INFINITY;
  const cells = rows.map((row) => row.map((cell, i) => (i < row.length - 1 ? cut(cell, limit) : cell)));
  const headCells = head === undefined ? [] : [head.map((cell) => screen.paint("dim", cell))];
  const all = [...headCells, ...cells];
  const widths = (all[0] ?? []).map((_, i) => Math.max(...all.map((row) => columnsOf(row[i] ?? ""))));
  return all
    .map((row) => {
      let line = " ".repeat(indent);
      for (const [i, cell] of row.entries()) {
        const isLast = i === row.length - 1;
        const shown = isLast ? cut(cell, Math.max(1, screen.columns - columnsOf(line))) : cell;
        const gap = " ".repeat(Math.max(0, (widths[i] ?? 0) - columnsOf(shown)));
        line += right.includes(i) ? gap + shown : isLast ? shown : shown + gap;
        if (!isLast) line += "  ";
      }
      return `${line.trimEnd()}\n`;
    })
    .join("");
}
