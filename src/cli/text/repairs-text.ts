import type { Repairs } from "../../home/doctor/repairs.ts";
import { visibleLine } from "./visible.ts";

/** What was repaired and what could not be, a line each. */
export function repairsText({ changes, failed }: Repairs): string {
  const lines = [
    ...changes.map(({ board, detail }) => visibleLine(`${board}: ${detail}`)),
    ...failed.map(({ board, error }) =>
      [`${board}: ${error.message}`, ...(error.hint === null ? [] : [`  hint: ${error.hint}`])].join("\n"),
    ),
  ];
  return lines.map((line) => `${line.split("\n").map(visibleLine).join("\n")}\n`).join("");
}
