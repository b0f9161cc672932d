import { sizes } from "./graph-state.ts";
import type { Layout, Point } from "./layout.ts";

const half = sizes.nodeWidth / 2;

/** All links in three paths, however many there are: the others, those of the critical path, and those of one task. */
export function LinksLayer({
  layout,
  critical,
  of,
}: {
  readonly layout: Layout;
  readonly critical: ReadonlySet<string>;
  readonly of: string | null;
}) {
  const isCritical = ({ from, to }: { from: string; to: string }) => critical.has(from) && critical.has(to);
  const kinds = [
    ["link", layout.links.filter((link) => !isCritical(link))],
    ["link critical", layout.links.filter(isCritical)],
    ["link near", of === null ? [] : layout.links.filter(({ from, to }) => from === of || to === of)],
  ] as const;
  return (
    <svg class="graph-links" width={layout.width + 40} height={layout.height + 40} aria-hidden="true">
      {kinds.map(([name, links]) => (
        <g key={name} class={name}>
          <path class="line" d={links.map(({ points }) => curve(points)).join("")} />
          <path class="head" d={links.map(({ points }) => head(points.at(-1))).join("")} />
        </g>
      ))}
    </svg>
  );
}

function curve(points: readonly Point[]): string {
  const [first, ...rest] = points.map(({ x, y }, at) => ({
    // From the right edge of one to the left edge of the other.
    x: at === 0 ? x + half : at === points.length - 1 ? x - half - 6 : x,
    y,
  }));
  if (first === undefined) return "";
  let before = first;
  const parts = [`M${before.x} ${before.y}`];
  for (const point of rest) {
    const middle = (before.x + point.x) / 2;
    parts.push(`C${middle} ${before.y} ${middle} ${point.y} ${point.x} ${point.y}`);
    before = point;
  }
  return parts.join("");
}

function head(point: Point | undefined): string {
  return point === undefined ? "" : `M${point.x - half - 1} ${point.y}l-8 -4v8z`;
}
