import type { Place } from "./grid.ts";

const cell = { width: 8.4, height: 18 };
const margin = 14;
const barHeight = 30;
/** Of a dark terminal: legible on white pages and on black ones. */
const colours: Readonly<Record<number, string>> = {
  31: "#ff7b72",
  32: "#7ee787",
  33: "#e3b341",
  34: "#79c0ff",
  35: "#d2a8ff",
  36: "#56d4dd",
};
const plainColour = "#e6edf3";
const dimColour = "#8b949e";

/** A screen as a picture that needs no font of its own: each run of characters stands where its column is. */
export function toSvg(rows: readonly (readonly Place[])[], title: string): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = rows.length * cell.height + barHeight + margin;
  const lines = rows.flatMap((row, at) => rowTexts(row, barHeight + (at + 1) * cell.height - 5));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(title)}">
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<circle cx="20" cy="15" r="5" fill="#ff5f57"/><circle cx="38" cy="15" r="5" fill="#febc2e"/><circle cx="56" cy="15" r="5" fill="#28c840"/>
<text x="${width / 2}" y="19" fill="${dimColour}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12" text-anchor="middle">${escapeXml(title)}</text>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace" font-size="14" xml:space="preserve">
${lines.join("\n")}
</g>
</svg>
`;
}

function rowTexts(row: readonly Place[], y: number): string[] {
  const texts: string[] = [];
  for (let from = 0; from < row.length; ) {
    const paint = row[from]?.paint ?? [];
    let end = from + 1;
    while (end < row.length && String(row[end]?.paint) === String(paint)) end += 1;
    const text = row
      .slice(from, end)
      .map((place) => place.text)
      .join("");
    if (text.trim() !== "") texts.push(textElement(text.trimEnd(), { from, end, paint, y }));
    from = end;
  }
  return texts;
}

function textElement(
  text: string,
  how: {
    readonly from: number;
    readonly end: number;
    readonly paint: readonly number[];
    readonly y: number;
  },
): string {
  const spaces = text.length - text.trimStart().length;
  // No browser keeps several spaces, whatever it is told; these it does.
  const shown = text.trimStart().replaceAll(/ (?= )|(?<= ) /g, "\u00A0");
  const x = margin + (how.from + spaces) * cell.width;
  // Told its length, a browser with another font keeps the columns.
  const length = Bun.stringWidth(shown) * cell.width;
  const colour = how.paint.map((one) => colours[one]).findLast((one) => one !== undefined);
  const fill = colour ?? (how.paint.includes(2) ? dimColour : plainColour);
  const weight = how.paint.includes(1) ? ' font-weight="bold"' : "";
  return `<text x="${x.toFixed(1)}" y="${how.y}" textLength="${length.toFixed(1)}" lengthAdjust="spacingAndGlyphs" fill="${fill}"${weight}>${escapeXml(shown)}</text>`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
