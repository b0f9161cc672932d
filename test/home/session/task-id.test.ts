import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { boardPaths } from "../../../src/system/home/board-paths.ts";
import { CommandLine } from "../../cli/command-line.ts";

test("a task that is on another board of the home is looked for there before it is said to be missing", async () => {
  const kanbun = new CommandLine();
  await kanbun.ok("init");
  await kanbun.ok("boards", "create", "shop");
  const id = (await kanbun.ok("create", "elsewhere", "--board", "shop")).trim();
  for (const text of [id, id.slice(2, 7)])
    for (const words of [
      ["show", text],
      ["block", text, "why"],
    ]) {
      const { code, error } = await kanbun.json(words);
      expect(code).toBe(3);
      expect(error?.message).toMatch(/^(there is no task t_|no task on default begins with t_)/);
      expect(error?.hint).toBe("it is on shop: use --board shop");
    }
  expect((await kanbun.ok("show", id, "--board", "shop")).length).toBeGreaterThan(0);
});

test("a board that cannot be read is named where a task was found on no board", async () => {
  const kanbun = new CommandLine();
  await kanbun.ok("init");
  await kanbun.ok("boards", "create", "shop");
  writeFileSync(boardPaths(kanbun.home, "shop").database, "no database");
  const { error } = await kanbun.json(["show", "t_01234567"]);
  expect(error?.hint).toContain("no board of this home has it");
  expect(error?.hint).toContain("shop could not be read");
});
