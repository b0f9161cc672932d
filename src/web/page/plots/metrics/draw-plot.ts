import UPlot from "uplot";
import type { MetricsData } from "../parts/wire.ts";
import type { Plot } from "./plots-of.ts";

const height = 190;

/** Draws as wide as the element. Calls `tell` with the part of the span under the pointer. Returns a function that removes the drawing. */
export function drawPlot(
  element: HTMLElement,
  plot: Plot,
  data: MetricsData,
  tell: (part: number | null) => void,
): () => void {
  const color = (tone: string) => colorOf(element, `var(--${tone})`);
  const wash = (tone: string) => colorOf(element, `color-mix(in srgb, var(--${tone}) 40%, var(--card))`);
  const isStacked = plot.kind !== "lines";
  // A bar of height 0 has no outline either.
  const isBars = plot.kind === "bars";
  const rows = isStacked
    ? stack(plot.series.map(({ values }) => values))
    : plot.series.map(({ values }) => values);
  const middle = data.buckets.map(({ start_at_ms, end_at_ms }) =>
    plot.kind === "areas" ? end_at_ms / 1_000 : (start_at_ms + end_at_ms) / 2_000,
  );
  // The uppermost of a stack is drawn first, those below over it.
  const order = plot.series.map((series, at) => ({
    series,
    row: isBars
      ? (rows[at] ?? []).map((value, part) => (series.values[part] ? value : null))
      : (rows[at] ?? []),
  }));
  if (isStacked) order.reverse();
  const bars = UPlot.paths.bars?.({ size: [0.78, 34], gap: 1 });
  const steps = plot.kind === "bars" && bars !== undefined ? { paths: bars } : {};
  const axis = {
    stroke: color("dim"),
    grid: { stroke: color("line"), width: 1 },
    ticks: { show: false },
    font: `11px ${getComputedStyle(element).fontFamily}`,
  };
  const drawn = new UPlot(
    {
      width: element.clientWidth,
      height,
      legend: { show: false },
      cursor: { y: false, points: { show: !isStacked, size: 6 }, drag: { x: false, y: false } },
      scales: {
        x: { time: true, range: () => [data.since_at_ms / 1_000, data.until_at_ms / 1_000] },
        y: { range: (_, __, top) => [0, plot.kind === "lines" ? niceSpan(top) : nice(top)] },
      },
      axes: [
        { ...axis, grid: { show: false }, size: 38 },
        {
          ...axis,
          size: 52,
          splits: (_, __, ___, top) =>
            top <= 2 && plot.format(1) === "1" ? [0, 1, 2] : [0, top / 4, top / 2, (top * 3) / 4, top],
          values: (_, splits) => splits.map((split) => plot.format(split)),
        },
      ],
      series: [
        {},
        ...order.map(({ series }) => ({
          stroke: color(series.tone),
          width: isStacked ? 1 : 1.75,
          ...(isStacked ? { fill: wash(series.tone) } : {}),
          ...(series.isDashed ? { dash: [5, 4] } : {}),
          spanGaps: true,
          points: { show: !isStacked && data.buckets.length < 100, size: 4, fill: color(series.tone) },
          ...steps,
        })),
      ],
      hooks: { setCursor: [({ cursor }) => tell(cursor.idx ?? null)] },
    },
    [middle, ...order.map(({ row }) => row)] as unknown as UPlot.AlignedData,
    element,
  );
  const fit = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height }));
  fit.observe(element);
  return () => {
    fit.disconnect();
    drawn.destroy();
  };
}

/** Each on top of those before it. */
function stack(rows: readonly (readonly (number | null)[])[]): readonly (readonly number[])[] {
  const below = (rows[0] ?? []).map(() => 0);
  return rows.map((row) =>
    row.map((value, at) => {
      below[at] = (below[at] ?? 0) + (value ?? 0);
      return below[at] ?? 0;
    }),
  );
}

const spansMs = [
  4, 8, 20, 40, 60, 120, 240, 480, 1_200, 2_400, 3_600, 7_200, 14_400, 28_800, 57_600, 86_400,
].map((seconds) => seconds * 1_000);

/** The same for durations, which people count by sixties. */
function niceSpan(top: number): number {
  const dayMs = 86_400_000;
  return spansMs.find((round) => round >= top) ?? nice(top / dayMs) * dayMs;
}

/** A round number that is at least this, and divides by four. */
function nice(top: number): number {
  if (!(top > 0)) return 4;
  const unit = 10 ** Math.floor(Math.log10(top));
  return [1, 2, 4, 6, 8, 10].map((by) => by * unit).find((round) => round >= top) ?? top;
}

/** A canvas knows no CSS variables: this asks the page for their values. */
function colorOf(element: HTMLElement, css: string): string {
  const probe = element.appendChild(document.createElement("i"));
  probe.style.color = css;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
