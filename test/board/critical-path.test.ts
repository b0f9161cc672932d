import { expect, test } from "bun:test";
import { findCriticalPath } from "../../src/board/critical-path.ts";

/** Small letters are open, capitals are done. */
const pathOf = (names: string, ...pairs: string[]) =>
  findCriticalPath({
    tasks: [...names].map((id) => ({
      id,
      title: id,
      status: id === id.toUpperCase() ? "done" : "todo",
      assignee: null,
      consecutiveFailures: 0,
    })),
    links: pairs.map((pair) => ({ parentId: pair[0] ?? "", childId: pair[1] ?? "" })),
    isCut: false,
  }).join("");

test("the critical path is the longest chain of what is open", () => {
  expect(pathOf("abcde", "ab", "bc", "ad", "dc", "ce")).toBe("abce");
  expect(pathOf("Abcde", "Ab", "bc", "de")).toBe("bc");
  expect(pathOf("aBcd", "aB", "Bc", "cd")).toBe("cd");
  expect(pathOf("AB", "AB")).toBe("");
  expect(pathOf("ba")).toBe("b");
});

test("the critical path leaves out a circle, and what waits for one", () => {
  expect(pathOf("abcxyz", "ab", "ba", "bc", "xy")).toBe("xy");
  expect(pathOf("ab", "ab", "ba")).toBe("");
  expect(pathOf("xab", "xa", "ab", "ba")).toBe("x");
});
