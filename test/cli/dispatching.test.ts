import { expect, test } from "bun:test";
import { join } from "node:path";
import { CommandLine } from "./command-line.ts";

test("a dispatch names the first ten that are held back, and its document all of them", async () => {
  const kanbun = await CommandLine.init();
  const file = join(kanbun.home, "tasks.jsonl");
  const addTasks = async (count: number) => {
    await Bun.write(file, '{"title": "nobody\'s"}\n'.repeat(count));
    await kanbun.ok("create", "--from", file);
  };
  await addTasks(10);
  const ten = await kanbun.ok("dispatch");
  expect(ten).toStartWith("default: nothing to do (10 held back)\n");
  expect(ten.match(/^ {2}held +t_\w{8} {2}unassigned: it has no assignee$/gm)).toHaveLength(10);
  expect(ten).not.toContain("and more");
  await addTasks(2);
  const more = await kanbun.ok("dispatch");
  expect(more).toStartWith("default: nothing to do (more than 10 held back)\n");
  expect(more.match(/unassigned/g)).toHaveLength(10);
  expect(more).toEndWith("  held         and more: `kanbun status` counts them\n");
  expect((await kanbun.json(["dispatch"])).data.boards[0].held).toHaveLength(12);
});
