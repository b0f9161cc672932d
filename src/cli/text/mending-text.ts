import type { Mendings } from "../../home/mending.ts";
import { visibleLine } from "./visible.ts";

/** What was mended and what could not be, a line each. */
export function mendingsText({ changes, failed }: Mendings): string {
  const lines = [
    ...changes.map(({ board, detail }) => visibleLine(`${board}: ${detail}`)),
    ...failed.map(({ board, error }) =>
      [`${board}: ${error.message}`, ...(error.hint === null ? [] : [`  hint: ${error.hint}`])].join("\n"),
    ),
  ];
  return lines.map((line) => `${line.split("\n").map(visibleLine).join("\n")}\n`).join("");
}
