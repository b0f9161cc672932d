import { expect, test } from "bun:test";
import { bucketEdges, bucketFor } from "../../../src/home/plots/bucket-edges.ts";

const hourMs = 3_600_000;
const at = (...parts: [number, number, number, number?, number?]) => new Date(...parts).getTime();

test("the parts of a span begin where the clock on the wall begins them", () => {
  const sinceAtMs = at(2026, 2, 27, 10, 20);
  const untilAtMs = at(2026, 3, 1, 9);
  expect(bucketEdges({ sinceAtMs, untilAtMs, bucket: "1d" })).toEqual([
    sinceAtMs,
    at(2026, 2, 28),
    at(2026, 2, 29),
    at(2026, 2, 30),
    at(2026, 2, 31),
    at(2026, 3, 1),
    untilAtMs,
  ]);
  expect(bucketEdges({ sinceAtMs, untilAtMs, bucket: "1w" })).toEqual([
    sinceAtMs,
    at(2026, 2, 30),
    untilAtMs,
  ]);
  expect(bucketEdges({ sinceAtMs, untilAtMs, bucket: "6h" }).slice(0, 3)).toEqual([
    sinceAtMs,
    at(2026, 2, 27, 12),
    at(2026, 2, 27, 18),
  ]);
  expect(bucketEdges({ sinceAtMs, untilAtMs: sinceAtMs + 3 * hourMs, bucket: "1h" })[1]).toBe(
    at(2026, 2, 27, 11),
  );
});

test("a span has some dozens of parts, and never more than a thousand", () => {
  expect([1, 24, 7 * 24, 30 * 24, 365 * 24].map((hours) => bucketFor(hours * hourMs))).toEqual([
    "1m",
    "1h",
    "6h",
    "1d",
    "1w",
  ]);
  expect(() => bucketEdges({ sinceAtMs: 0, untilAtMs: 30 * 24 * hourMs, bucket: "1m" })).toThrow(
    /ask for|more than 1000/,
  );
});
