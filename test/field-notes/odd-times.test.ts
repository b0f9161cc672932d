import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { CommandLine } from "../cli/command-line.ts";

test("X3: a due time that is no time is waited for by no --until-idle, explained as it is held, and the others are done", async () => {
  const kanbun = await CommandLine.init();
  const odd = await kanbun.create("odd", "--run", "true", "--at", "2h");
  await kanbun.create("good", "--run", "true");
  for (const value of ["soon", 9e300]) {
    using db = new Database(boardPaths(kanbun.home, "default").database);
    db.run("UPDATE kanbun_tasks SET not_before_ms = ? WHERE task_id = ?", [value, odd]);
    const { data } = await kanbun.json(["dispatch", "--until-idle"]);
    expect(data).toMatchObject({ state: "idle", next_due_at_ms: null });
    expect((await kanbun.json(["explain", odd])).data).toMatchObject({ reason: "scheduled" });
    expect(await kanbun.ok("explain", odd)).not.toMatch(/NaN|Invalid/);
    expect(await kanbun.ok("show", odd)).not.toMatch(/NaN|Invalid/);
  }
  expect((await kanbun.json(["status"])).data.by_status).toMatchObject({ done: 1 });
  await kanbun.ok("promote", odd);
  await kanbun.json(["dispatch", "--until-idle"]);
  expect((await kanbun.json(["status"])).data.by_status).toMatchObject({ done: 2 });
});
