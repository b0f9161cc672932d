import { isOk, type PartResult } from "./measure.ts";

const headings = ["part", "measured", "seen", "must be", ""];

/** A plain, aligned table of all that was measured, and under it a verdict for each part. */
export function renderTable(parts: readonly PartResult[]): string {
  const rows = parts.flatMap((part) =>
    part.measures.map((measure) => [
      part.part,
      measure.name,
      showValue(measure.seen),
      measure.mustBe === null ? "" : showValue(measure.mustBe),
      measure.isOk ? "" : "VIOLATED",
    ]),
  );
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 2 ? cell.padStart(widths[2] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [line(headings), ...rows.map(line), "", ...parts.flatMap(renderVerdict)].join("\n");
}

const findingsMax = 12;

function renderVerdict(part: PartResult): string[] {
  const seconds = (part.durationMs / 1000).toFixed(1);
  const hidden = part.findings.length - findingsMax;
  return [
    `${isOk(part) ? "ok" : "FAILED"}  ${part.part}: ${part.shows} (${seconds} s)`,
    ...part.findings.slice(0, findingsMax).map((finding) => `        ${finding}`),
    ...(hidden > 0 ? [`        and ${hidden} more`] : []),
  ];
}

function showValue(value: number | string | boolean): string {
  if (value === true || value === "true") return "yes";
  if (value === false || value === "false") return "no";
  return String(value);
}
