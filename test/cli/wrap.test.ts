import { expect, test } from "bun:test";
import { cut } from "../../src/cli/text/visible.ts";
import { wrap, wrapParagraphs } from "../../src/cli/text/wrap.ts";

test("a text is broken between words by the columns that they take, and a longer word is left whole", () => {
  expect(wrap("waits for a slot", 9)).toEqual(["waits for", "a slot"]);
  expect(wrap("東京 大阪 x", 6)).toEqual(["東京", "大阪 x"]);
  expect(wrap("a kanbun-dispatch b", 4)).toEqual(["a", "kanbun-dispatch", "b"]);
  expect(wrap("as it is", Number.POSITIVE_INFINITY)).toEqual(["as it is"]);
  expect(wrap("", 10)).toEqual([""]);
});

test("of a help the paragraphs are broken, and what is to be typed or stands in a table is not", () => {
  expect(wrapParagraphs("It waits for all.\n\nExamples:\n  kanbun wait t_0123abcd\n", 10)).toBe(
    "It waits\nfor all.\n\nExamples:\n  kanbun wait t_0123abcd\n",
  );
});

test("a coloured line is cut by what is seen of it, and never within a colour, which ends with it", () => {
  const red = (text: string) => `\u001b[31m${text}\u001b[0m`;
  const line = `1 ${red("blocked")}, 2 ${red("ready")}`;
  expect(cut(line, 18)).toBe(line);
  expect(cut(line, 17)).toBe(`1 ${red("blocked")}, 2 \u001b[31mrea…\u001b[0m`);
  expect(cut(line, 11)).toBe(`1 ${red("blocked")},…`);
  expect(cut(line, 3)).toBe("1 \u001b[31m…\u001b[0m");
  expect(cut("東京 大阪", 6)).toBe("東京 …");
  expect(cut("x", 0)).toBe("");
});
