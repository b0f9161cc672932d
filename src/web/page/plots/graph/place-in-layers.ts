import type { Chain, LayoutSizes } from "./layout.ts";

const sweeps = 10;

/**
 * The upper edge of each node, in the order of its layer, none over another: near the middle of those that it is linked with, so that
 * links are straight where they can be.
 */
export function placeInLayers(
  layers: readonly (readonly string[])[],
  chains: readonly Chain[],
  { nodeHeight, nodeGap }: LayoutSizes,
): ReadonlyMap<string, number> {
  const real = new Set(chains.flatMap(({ steps }) => [steps[0] ?? "", steps.at(-1) ?? ""]));
  // What a link goes by needs less room.
  const roomOf = (id: string) => (real.has(id) || !id.includes("/") ? nodeHeight + nodeGap : nodeGap);
  const [before, after] = [new Map<string, string[]>(), new Map<string, string[]>()];
  for (const { steps } of chains)
    for (const [at, id] of steps.entries()) {
      const next = steps[at + 1];
      if (next === undefined) continue;
      after.set(id, [...(after.get(id) ?? []), next]);
      before.set(next, [...(before.get(next) ?? []), id]);
    }
  const ys = new Map<string, number>();
  for (const layer of layers) {
    let y = 0;
    for (const id of layer) {
      ys.set(id, y);
      y += roomOf(id);
    }
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : layers.toReversed()) {
      const wanted = layer.map((id) => {
        const others = (isDown ? before : after).get(id) ?? [];
        if (others.length === 0) return ys.get(id) ?? 0;
        return others.reduce((sum, other) => sum + (ys.get(other) ?? 0), 0) / others.length;
      });
      const placed = keepApart(wanted, layer.map(roomOf));
      for (const [at, id] of layer.entries()) ys.set(id, placed[at] ?? 0);
    }
  }
  const top = Math.min(...ys.values(), Number.MAX_SAFE_INTEGER);
  return new Map([...ys].map(([id, y]) => [id, Math.round(y - top)]));
}

/** As near to its wanted place as the order and the room of the others allow. @see https://en.wikipedia.org/wiki/Isotonic_regression */
function keepApart(wanted: readonly number[], rooms: readonly number[]): readonly number[] {
  const starts: number[] = [];
  let before = 0;
  for (const room of rooms) {
    starts.push(before);
    before += room;
  }
  const blocks: { sum: number; count: number }[] = [];
  for (const [at, y] of wanted.entries()) {
    blocks.push({ sum: y - (starts[at] ?? 0), count: 1 });
    for (
      let last = blocks.at(-1), other = blocks.at(-2);
      last && other;
      last = blocks.at(-1), other = blocks.at(-2)
    ) {
      if (other.sum / other.count <= last.sum / last.count) break;
      blocks.splice(-2, 2, { sum: other.sum + last.sum, count: other.count + last.count });
    }
  }
  const levels = blocks.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
  return wanted.map((_, at) => (levels[at] ?? 0) + (starts[at] ?? 0));
}
