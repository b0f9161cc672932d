import { expect, test } from "bun:test";
import { assignLanes } from "../../src/board/run-lanes.ts";

const lanesOf = (...pairs: readonly (readonly [number, number | null])[]) =>
  assignLanes(pairs.map(([startedAtMs, endedAtMs]) => ({ startedAtMs, endedAtMs })));

test("of runs no two share a lane at the same time, and there are no more lanes than runs at once", () => {
  expect(lanesOf([0, 10], [2, 4], [4, 6], [5, 7], [10, 12])).toEqual([0, 1, 1, 2, 0]);
  expect(lanesOf([0, null], [1, 2], [2, null], [3, 4])).toEqual([0, 1, 1, 2]);
});

test("a run that ended before it began, by a clock that was set back, takes its lane for no time", () => {
  expect(lanesOf([10, 5], [10, 12], [12, 13])).toEqual([0, 0, 0]);
});
