import { expect, test } from "bun:test";
import { force } from "../store/board-under-test.ts";
import { CommandLine } from "./command-line.ts";

test("tree draws what waits for what as text, for Mermaid and for Graphviz, whatever the titles", async () => {
  const kanbun = await CommandLine.init();
  const [top, left, bottom] = await (async () => {
    await using store = await kanbun.open("write");
    const make = async (title: string, parents: string[] = []) =>
      (await store.createTask({ title, parents }, force)).task.id;
    const top = await make('a "top"]; end\u001b[31m');
    const left = await make("left", [top]);
    return [top, left, await make("bottom", [top, left])] as const;
  })();
  const text = await kanbun.ok("graph", top);
  expect(text.split("\n").slice(1)).toEqual([
    `├─ ${left}  left  todo`,
    `│  └─ ${bottom}  bottom  todo`,
    `└─ ${bottom}  bottom  todo`,
    "",
  ]);
  expect(await kanbun.ok("tree", bottom, "--up", "-n", "1")).toBe(`${bottom}  bottom  todo\n`);
  const mermaid = await kanbun.ok("tree", "--format", "mermaid");
  expect(mermaid).toContain(`  ${top}["a #34;top#34;#93;#59; end`);
  expect(mermaid).toContain(`  ${left} --> ${bottom}\n`);
  expect(await kanbun.ok("tree", "--format", "dot")).toContain(`  "${top}" [label="a \\"top\\"]; end`);
  expect((await kanbun.json(["tree", top])).data.links).toHaveLength(3);
});

test("a verb is found by its short name, and by another program's word for it", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("x", "-p", "3");
  expect(await kanbun.ok("ls", "-n", "1")).toContain(id);
  expect(await kanbun.ok("rm", id, "--yes")).toContain(`deleted ${id}`);
  expect((await kanbun.json(["rerun", id])).error?.hint).toBe(`did you mean \`kanbun retry ${id}\`?`);
});
