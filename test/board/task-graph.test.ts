import { expect, test } from "bun:test";
import { layOutTree } from "../../src/board/task-graph.ts";

const graphOf = (names: string, ...pairs: string[]) => ({
  tasks: [...names].map((id) => ({ id, title: id, status: "todo", assignee: null, consecutiveFailures: 0 })),
  links: pairs.map((pair) => ({ parentId: pair[0] ?? "", childId: pair[1] ?? "" })),
  isCut: false,
});

const drawn = (graph: ReturnType<typeof graphOf>, rootId: string | null = null) =>
  layOutTree(graph, rootId).map(
    ({ task, goesOn, isRepeated }) => `${"-".repeat(goesOn.length)}${task.id}${isRepeated ? " again" : ""}`,
  );

test("a tree shows what hangs below several tasks once, and names it below the others", () => {
  const diamond = graphOf("abcde", "ab", "ac", "bd", "cd", "de");
  expect(drawn(diamond)).toEqual(["a", "-b", "--d", "---e", "-c", "--d again"]);
  expect(drawn(diamond, "c")).toEqual(["c", "-d", "--e"]);
});

test("a tree of a circle, and of a chain of two thousand, comes to an end", () => {
  expect(drawn(graphOf("abc", "ab", "ba"))).toEqual(["c", "a", "-b", "--a again"]);
  const ids = Array.from({ length: 2_000 }, (_, i) => `t${i}`);
  const chain = {
    tasks: ids.map((id) => ({ id, title: id, status: "todo", assignee: null, consecutiveFailures: 0 })),
    links: ids.slice(1).map((childId, i) => ({ parentId: ids[i] ?? "", childId })),
    isCut: false,
  };
  expect(layOutTree(chain, null)).toHaveLength(2_000);
});
