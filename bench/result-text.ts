import type { Result, RowResult, Spread } from "./result.ts";

const head = ["", "measure", "ours", "yardstick", "ratio", "must", "stretch", ""];

/** The table as a person reads it in a terminal. */
export function resultText(result: Result): string {
  const lines = result.rows.map(cells);
  const widths = head.map((title, column) =>
    Math.max(...[head, ...lines].map((line) => Bun.stringWidth(line[column] ?? title))),
  );
  const layOut = (line: readonly string[]) =>
    line
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - Bun.stringWidth(cell)))
      .join("  ")
      .trimEnd();
  const skipped = result.skipped.map(({ id, why }) => `${id} was left out: ${why}`);
  const notes = result.rows.flatMap(({ id, notes }) => notes.map((note) => `${id}: ${note}`));
  return [layOut(head), ...lines.map(layOut), "", ...notes, ...skipped, "", ...about(result), ""].join("\n");
}

/** The same as a page. */
export function resultMarkdown(result: Result): string {
  const line = (parts: readonly string[]) =>
    `| ${parts.map((part) => part.replaceAll("|", "\\|")).join(" | ")} |`;
  const notes = result.rows.flatMap(({ id, yardstick, notes }) => [
    ...(yardstick === null ? [] : [`- ${id}, yardstick: ${yardstick.name}`]),
    ...notes.map((note) => `- ${id}: ${note}`),
  ]);
  return `${[
    "# Bench",
    "Written by `bun run bench`. Medians of several rounds, in brackets the smallest and the largest; the sides of a row are measured in turn, and the ratio is the median of the rounds' ratios. WAL and `synchronous=FULL` unless said.",
    about(result).join("  \n"),
    [line(head), line(head.map(() => "---")), ...result.rows.map(cells).map(line)].join("\n"),
    notes.join("\n"),
    result.skipped.map(({ id, why }) => `- ${id} was left out: ${why}`).join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`;
}

function about({ machine, scale, seconds }: Result): string[] {
  const { cpu, cores, memoryGb, kernel, fileSystem, load, versions, commit, date } = machine;
  return [
    `${cores} cores (${cpu}), ${memoryGb} GB, ${kernel}, ${fileSystem}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
    `${date}, commit ${commit ?? "unknown"}, ${scale}, ${seconds} s, load average ${load}`,
  ];
}

const verdicts = { stretch: "stretch reached", reached: "reached", missed: "MISSED" };

function cells(row: RowResult): string[] {
  const { is, must, stretch, unit } = row.limit;
  const sign = is === "at most" ? "≤" : "≥";
  return [
    row.id,
    row.what,
    spreadText(row.ours),
    row.yardstick === null ? "–" : spreadText(row.yardstick),
    row.ratio === null ? "–" : spreadText({ ...row.ratio, unit: "×" }),
    `${sign} ${numberText(must)} ${unit}`,
    stretch === null ? "–" : `${sign} ${numberText(stretch)} ${unit}`,
    verdicts[row.verdict],
  ];
}

function spreadText({ median, min, max, unit, rounds }: Omit<Spread, "name">): string {
  const range = rounds === 1 ? "" : ` (${numberText(min)}–${numberText(max)})`;
  return `${numberText(median)} ${unit}${range}`;
}

/** Three digits that count, and never an exponent. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return "?";
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en", { maximumFractionDigits: Math.min(4, digits) });
}
