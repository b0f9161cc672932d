import { breakCircles } from "./break-circles.ts";
import type { Chain, Layout, LayoutLink, LayoutSizes, Point, TurnedLink } from "./layout.ts";
import { orderLayers } from "./order-layers.ts";
import { placeInLayers } from "./place-in-layers.ts";

/** A link goes through each layer it crosses, up to this many layers; longer ones go straight. */
const bendsMax = 4_000;

/** One connected part of the graph. */
interface Part {
  readonly nodes: Map<string, Point>;
  readonly links: (LayoutLink & { readonly points: readonly Point[] })[];
  readonly width: number;
  readonly height: number;
}

/**
 * Draws what waits for what from left to right: each node in the layer behind the last of those it waits for, ordered so that few
 * links cross. Unconnected parts are drawn apart, the largest first. The same graph gives the same drawing.
 */
export function layOutGraph(
  ids: readonly string[],
  links: readonly LayoutLink[],
  sizes: LayoutSizes,
): Layout {
  const known = new Set(ids);
  const own = links.filter(({ from, to }) => known.has(from) && known.has(to) && from !== to);
  const parts = splitParts(ids, own)
    .map((part) => layOutPart(part.ids, part.links, sizes))
    .sort((a, b) => b.nodes.size - a.nodes.size);
  return packParts(parts, sizes);
}

function splitParts(ids: readonly string[], links: readonly LayoutLink[]) {
  const leader = new Map(ids.map((id) => [id, id]));
  const find = (id: string): string => {
    let at = id;
    for (let up = leader.get(at) ?? at; up !== at; up = leader.get(at) ?? at) {
      leader.set(at, leader.get(up) ?? up);
      at = up;
    }
    return at;
  };
  for (const { from, to } of links) leader.set(find(to), find(from));
  const linksOf = Map.groupBy(links, ({ from }) => find(from));
  return [...Map.groupBy(ids, find)].map(([at, group]) => ({ ids: group, links: linksOf.get(at) ?? [] }));
}

function layOutPart(ids: readonly string[], links: readonly LayoutLink[], sizes: LayoutSizes): Part {
  const down = breakCircles(ids, links);
  const layerOf = assignLayers(ids, down);
  const chains = leadThroughLayers(down, layerOf);
  const layers = orderLayers(ids, layerOf, chains);
  const { nodeWidth, nodeHeight, layerGap } = sizes;
  const ys = placeInLayers(layers, chains, sizes);
  const at = (id: string, layer: number): Point => ({
    x: layer * (nodeWidth + layerGap) + nodeWidth / 2,
    y: (ys.get(id) ?? 0) + nodeHeight / 2,
  });
  const nodes = new Map(ids.map((id) => [id, at(id, layerOf.get(id) ?? 0)]));
  const drawn = chains.map(({ link, steps }) => {
    const first = layerOf.get(steps[0] ?? "") ?? 0;
    // A link's point takes less room than a task: the link goes through its middle, not behind the task below.
    const up = (sizes.nodeHeight - sizes.nodeGap) / 2;
    const points = steps.map((id, step) => {
      const { x, y } = at(id, first + step);
      return { x, y: step > 0 && step < steps.length - 1 ? y - up : y };
    });
    // A straight link over several layers: its last step is longer.
    const end = nodes.get(steps.at(-1) ?? "");
    if (end !== undefined) points[points.length - 1] = end;
    return link.isTurned
      ? { from: link.to, to: link.from, points: points.reverse() }
      : { from: link.from, to: link.to, points };
  });
  const bottom = Math.max(...ys.values(), 0) + nodeHeight;
  const right = layers.length * (nodeWidth + layerGap) - layerGap;
  return {
    nodes,
    links: drawn,
    width: right,
    height: bottom,
  };
}

/** Each as far left as its parents allow. */
function assignLayers(ids: readonly string[], links: readonly LayoutLink[]): ReadonlyMap<string, number> {
  const below = Map.groupBy(links, ({ from }) => from);
  const waiting = new Map<string, number>();
  for (const { to } of links) waiting.set(to, (waiting.get(to) ?? 0) + 1);
  const layerOf = new Map<string, number>();
  const order = ids.filter((id) => !waiting.has(id));
  for (const id of order) {
    const layer = layerOf.get(id) ?? 0;
    layerOf.set(id, layer);
    for (const { to } of below.get(id) ?? []) {
      layerOf.set(to, Math.max(layerOf.get(to) ?? 0, layer + 1));
      const left = (waiting.get(to) ?? 0) - 1;
      waiting.set(to, left);
      if (left === 0) order.push(to);
    }
  }
  return layerOf;
}

function leadThroughLayers(
  links: readonly TurnedLink[],
  layerOf: ReadonlyMap<string, number>,
): readonly Chain[] {
  let bends = 0;
  return links.map((link, number) => {
    // A reversed link goes back to its own direction here.
    const [from, to] = [link.from, link.to];
    const between = (layerOf.get(to) ?? 0) - (layerOf.get(from) ?? 0) - 1;
    if (bends + between > bendsMax) return { link, steps: [from, to] };
    bends += Math.max(0, between);
    const middle = Array.from({ length: Math.max(0, between) }, (_, at) => `${number}/${at}`);
    return { link, steps: [from, ...middle, to] };
  });
}

/** Side by side in lines, no wider than the largest part or about the shape of a screen. */
function packParts(parts: readonly Part[], { nodeGap, nodeHeight }: LayoutSizes): Layout {
  const gap = nodeGap * 2 + nodeHeight / 2;
  const area = parts.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0);
  const widthMax = Math.max(Math.sqrt(area * 1.8), ...parts.map(({ width }) => width));
  const nodes = new Map<string, Point>();
  const links: Part["links"] = [];
  let [x, y, line, right] = [0, 0, 0, 0];
  for (const part of parts) {
    if (x > 0 && x + part.width > widthMax) [x, y, line] = [0, y + line + gap, 0];
    const move = (point: Point): Point => ({ x: point.x + x, y: point.y + y });
    for (const [id, point] of part.nodes) nodes.set(id, move(point));
    for (const link of part.links) links.push({ ...link, points: link.points.map(move) });
    right = Math.max(right, x + part.width);
    x += part.width + gap;
    line = Math.max(line, part.height);
  }
  return { nodes, links, width: right, height: y + line };
}
