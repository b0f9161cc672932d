import type { Chain } from "./layout.ts";

const sweeps = 8;

/** The nodes of each layer, from top to bottom, so that few links cross: each near the middle of those that it is linked with. */
export function orderLayers(
  ids: readonly string[],
  layerOf: ReadonlyMap<string, number>,
  chains: readonly Chain[],
): readonly (readonly string[])[] {
  const layers: string[][] = [];
  const put = (id: string, layer: number) => {
    while (layers.length <= layer) layers.push([]);
    layers[layer]?.push(id);
  };
  for (const id of ids) put(id, layerOf.get(id) ?? 0);
  const before = new Map<string, string[]>();
  const after = new Map<string, string[]>();
  const add = (to: Map<string, string[]>, id: string, other: string) => {
    const list = to.get(id);
    list === undefined ? to.set(id, [other]) : list.push(other);
  };
  for (const { steps } of chains) {
    const first = layerOf.get(steps[0] ?? "") ?? 0;
    for (const [step, id] of steps.entries()) {
      if (step > 0 && step < steps.length - 1) put(id, first + step);
      const next = steps[step + 1];
      if (next === undefined) continue;
      add(after, id, next);
      add(before, next, id);
    }
  }
  let best = { layers: layers.map((layer) => [...layer]), crossings: countCrossings(layers, after) };
  for (let sweep = 0; sweep < sweeps && best.crossings > 0; sweep++) {
    const isDown = sweep % 2 === 0;
    const order = isDown ? layers.keys() : [...layers.keys()].reverse();
    const places = new Map<string, number>();
    for (const layer of layers) for (const [at, id] of layer.entries()) places.set(id, at);
    for (const at of order) {
      const layer = layers[at] ?? [];
      const middle = new Map(
        layer.map((id, own) => [id, middleOf((isDown ? before : after).get(id), places) ?? own]),
      );
      layer.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0));
      for (const [place, id] of layer.entries()) places.set(id, place);
    }
    const crossings = countCrossings(layers, after);
    if (crossings < best.crossings) best = { layers: layers.map((layer) => [...layer]), crossings };
  }
  return best.layers;
}

function middleOf(others: readonly string[] | undefined, places: ReadonlyMap<string, number>): number | null {
  if (others === undefined) return null;
  return others.reduce((sum, id) => sum + (places.get(id) ?? 0), 0) / others.length;
}

/** Between each two layers: pairs of links whose ends are the other way around. */
function countCrossings(
  layers: readonly (readonly string[])[],
  after: ReadonlyMap<string, readonly string[]>,
): number {
  let crossings = 0;
  for (const [at, layer] of layers.entries()) {
    const next = new Map((layers[at + 1] ?? []).map((id, place) => [id, place]));
    const ends = layer.flatMap((id) =>
      (after.get(id) ?? []).flatMap((other) => next.get(other) ?? []).sort((a, b) => a - b),
    );
    crossings += countInversions(ends, next.size);
  }
  return crossings;
}

/** By a tree of sums: the pairs may be millions. */
function countInversions(ends: readonly number[], size: number): number {
  const sums = new Int32Array(size + 1);
  let inversions = 0;
  for (const [seen, end] of ends.entries()) {
    let upTo = 0;
    for (let at = end + 1; at > 0; at -= at & -at) upTo += sums[at] ?? 0;
    inversions += seen - upTo;
    for (let at = end + 1; at <= size; at += at & -at) sums[at] = (sums[at] ?? 0) + 1;
  }
  return inversions;
}
