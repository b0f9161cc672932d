import { expect, test } from "bun:test";
import fc from "fast-check";
import { countBlock } from "../../src/board/block-loop.ts";

const words = fc.constantFrom("which way?", " which\n\tway? ", "how far?", "", null);

test("W30: a task stops for ever from the third time on that it stops for the same words", () => {
  expect([[], ["a"], ["a", "a"], ["a", "a", "a"]].map((earlier) => countBlock("a", earlier).isLoop)).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test("white space alone makes no other question", () => {
  expect(countBlock(" which\n way?", ["which way?", "which  way? "])).toEqual({ times: 3, isLoop: true });
  expect(countBlock("which way", ["which way?", "Which way?"]).times).toBe(1);
});

test("what a task stopped for counts whatever came between, and nothing else does", () => {
  fc.assert(
    fc.property(fc.array(words), words, (earlier, next) => {
      const fold = (text: string | null) => (text ?? "").trim().replace(/\s+/g, " ");
      const same = earlier.filter((one) => fold(one) === fold(next));
      expect(countBlock(next, earlier).times).toBe(same.length + 1);
      expect(countBlock(next, same)).toEqual(countBlock(next, earlier));
    }),
  );
});
