import { expect, test } from "bun:test";
import { layOutGraph } from "../../src/web/page/plots/graph/layered-layout.ts";

const sizes = { nodeWidth: 100, nodeHeight: 40, layerGap: 50, nodeGap: 10 };
const layOut = (names: string, ...pairs: readonly string[]) =>
  layOutGraph(
    [...names],
    pairs.map((pair) => ({ from: pair[0] ?? "", to: pair[1] ?? "" })),
    sizes,
  );
const layerOf = (layout: ReturnType<typeof layOut>, id: string) =>
  ((layout.nodes.get(id)?.x ?? 0) - 50) / 150;
const yOf = (layout: ReturnType<typeof layOut>, id: string) => layout.nodes.get(id)?.y ?? Number.NaN;

test("a task is drawn in the layer behind the last of those it waits for", () => {
  const layout = layOut("abcd", "ab", "bc", "ac", "cd", "ad");
  expect([..."abcd"].map((id) => layerOf(layout, id))).toEqual([0, 1, 2, 3]);
  // A long link is led through the layers between.
  const long = layout.links.find(({ from, to }) => from === "a" && to === "d");
  expect(long?.points).toHaveLength(4);
});

test("links that need not cross don't, and no node lies on another", () => {
  const layout = layOut("abcxyz", "az", "by", "cx");
  for (const [from, to] of ["az", "by", "cx"]) expect(yOf(layout, from ?? "")).toBe(yOf(layout, to ?? ""));
  const twice = layOut("abcdef", "ad", "ae", "bf", "ce", "cf", "bd");
  for (const layer of ["abc", "def"]) {
    const ys = [...layer].map((id) => yOf(twice, id)).sort((a, b) => a - b);
    expect(Math.min(...ys.slice(1).map((y, at) => y - (ys[at] ?? 0)))).toBeGreaterThanOrEqual(50);
  }
});

test("a circle is drawn, its links as they go", () => {
  const layout = layOut("abc", "ab", "bc", "ca", "aa");
  expect(layout.nodes.size).toBe(3);
  const back = layout.links.find(({ from, to }) => from === "c" && to === "a");
  expect((back?.points[0]?.x ?? 0) > (back?.points.at(-1)?.x ?? 0)).toBe(true);
});

test("parts that don't hang together lie apart, also a thousand of them, and a chain of two thousand is drawn", () => {
  const apart = layOut("abcd", "ab", "cd");
  expect(new Set([..."abcd"].map((id) => JSON.stringify(apart.nodes.get(id)))).size).toBe(4);
  const ids = Array.from({ length: 2_000 }, (_, at) => `t${at}`);
  const single = layOutGraph(ids, [], sizes);
  expect(new Set([...single.nodes.values()].map((point) => JSON.stringify(point))).size).toBe(2_000);
  const chain = ids.slice(1).map((to, at) => ({ from: ids[at] ?? "", to }));
  expect(layOutGraph(ids, chain, sizes).width).toBe(2_000 * 150 - 50);
});
