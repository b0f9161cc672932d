import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CommandLine } from "../cli/command-line.ts";
import { runAll } from "../support/run-all.ts";
import { lacksOnWindows } from "../windows/left-out.ts";
import { Scene } from "./scene.ts";
import { typed } from "./typed.ts";

const config =
  '[dispatch]\nmax_in_progress = 4\nretry_delay = "10ms"\nmax_retries = 2\n[profiles.shell]\ngrace = "300ms"\n';

test("X34: of tasks that another program linked in a circle explain says so, and what it says to type opens it", async () => {
  const scene = await Scene.open(config);
  const kanbun = new CommandLine(scene.home);
  for (const length of [1, 2, 3]) {
    const ids: string[] = [];
    for (let count = 0; count < length; count++) ids.push(await scene.create("true"));
    const below = await scene.create("true", { parents: [ids[0] ?? ""] });
    {
      using db = new Database(scene.database);
      for (const [index, id] of ids.entries())
        db.run("INSERT INTO task_links VALUES (?, ?)", [ids[(index + 1) % length] ?? "", id]);
    }
    const { data } = await kanbun.json(["explain", below]);
    expect(data.detail).toContain("linked them in a circle");
    expect(typed(kanbun, data.command)).toEqual({ code: 0, stderr: "" });
    await runAll(scene.board);
    for (const id of [...ids, below]) expect(await scene.outcomes(id)).toEqual(["completed"]);
  }
});

const lastNumber = 9_223_372_036_854_775_807n;

test("X3: a run whose number can't be used, or whose row is lost, keeps no other from starting", async () => {
  for (const number of [lastNumber, 2n ** 53n + 1n, null]) {
    const scene = await Scene.open(config);
    await scene.create("true");
    await runAll(scene.board);
    {
      using db = new Database(scene.database);
      if (number !== null) db.run("UPDATE task_runs SET id = ?", [number]);
      else db.run("DELETE FROM task_runs");
      // As in a file that was salvaged.
      db.run("DELETE FROM sqlite_sequence WHERE name = 'task_runs' AND ? IS NULL", [number]);
    }
    const ids = [await scene.create("true"), await scene.create("true")];
    await runAll(scene.board);
    for (const id of ids) expect(await scene.outcomes(id)).toEqual(["completed"]);
  }
});

test("X3: rows with the last number that there is are named where they keep new ones out, and a repair numbers them anew", async () => {
  const scene = await Scene.open(config);
  const id = await scene.create("true");
  {
    using db = new Database(scene.database);
    for (const number of [lastNumber - 1n, lastNumber])
      db.run("INSERT INTO task_events (id, task_id, kind, created_at) VALUES (?, ?, 'commented', 1)", [
        number,
        id,
      ]);
  }
  const kanbun = new CommandLine(scene.home);
  const { stderr } = await kanbun.run(["create", "a task"]);
  expect(stderr).toMatch(/kanbun doctor\b/);
  const { checks } = (await kanbun.json(["doctor"])).data;
  const check = checks.find((one: { check: string }) => one.check === "row_numbers");
  expect(check).toMatchObject({ status: "problem", detail: expect.stringContaining(`number ${lastNumber}`) });
  expect(typed(kanbun, check.fix)).toEqual({ code: 0, stderr: "" });
  using db = new Database(scene.database);
  const numbers = db.query("SELECT id FROM task_events ORDER BY id").values().flat();
  expect(numbers).toEqual([...numbers.keys()].map((index) => index + 1));
  expect((await kanbun.json(["repair"])).data.changes).toEqual([]);
  await runAll(scene.board);
  expect(await scene.outcomes(id)).toEqual(["completed"]);
});

test.skipIf(lacksOnWindows("POSIX paths"))(
  "X41: an id that another program gave is one word of what a person is told to type, whatever is in it",
  async () => {
    const scene = await Scene.open(config);
    const kanbun = new CommandLine(scene.home);
    const ids = ["a b", "t_$(touch made)", "it's;touch made", "*", 'a"b', "&"];
    {
      using db = new Database(scene.database);
      const columns = "(id, title, status, assignee, body, created_at)";
      for (const id of ids)
        db.run(`INSERT INTO tasks ${columns} VALUES (?, 'x', 'blocked', 'shell', 'true', 1)`, [id]);
    }
    for (const id of ids) {
      const { data } = await kanbun.json(["explain", id]);
      expect(typed(kanbun, data.command)).toEqual({ code: 0, stderr: "" });
    }
    expect(existsSync(join(kanbun.home, "made"))).toBe(false);
    using db = new Database(scene.database);
    expect(db.query("SELECT DISTINCT status FROM tasks").values()).toEqual([["ready"]]);
  },
);
