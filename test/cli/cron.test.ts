import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { eventually } from "../support/eventually.ts";
import { CommandLine } from "./command-line.ts";

/** As another program would, or the time that goes by. */
function change(kanbun: CommandLine, set: string): void {
  using db = new Database(boardPaths(kanbun.home, "default").database);
  db.run("PRAGMA busy_timeout = 10000");
  db.run(`UPDATE kanbun_repeats SET ${set}`);
}

const longAgo = 1_600_000_000_000;

test("a repeating task is added, made by one tick after a week without any, explained, paused and removed", async () => {
  const kanbun = await CommandLine.init();
  const add = [
    "cron",
    "add",
    "0 9 * * 1-5",
    "--tz",
    "Europe/Berlin",
    "Nightly",
    "--run",
    "echo made",
    "--priority",
    "2",
  ];
  const { data: added } = await kanbun.json(add);
  expect(added).toMatchObject({ id: 1, times: "0 9 * * 1-5", time_zone: "Europe/Berlin", overlap: "skip" });
  expect(added.next_times_at_ms).toHaveLength(3);
  expect(added.task).toMatchObject({
    title: "Nightly",
    body: "echo made",
    priority: 2,
    workspace_kind: "dir",
  });
  change(kanbun, `next_at_ms = ${longAgo}`);
  const { data: ticked } = await kanbun.json(["dispatch"]);
  const [report] = ticked.boards;
  const [{ task_id: task }] = report.repeated;
  expect(report.repeated).toEqual([
    { repeat_id: 1, title: "Nightly", due_at_ms: longAgo, task_id: task, passed_for_task_id: null },
  ]);
  expect(report.spawned).toMatchObject([{ task_id: task, profile: "shell" }]);
  expect(await kanbun.ok("dispatch", "--until-idle")).toContain("1 completed");
  expect(await kanbun.ok("log", task)).toBe("made\n");
  expect(await kanbun.ok("explain", task)).toContain(
    "repeats: made for Sun 2020-09-13 14:26 by no. 1; next: ",
  );
  expect(await kanbun.ok("show", task)).toMatch(/^repeats +made for Sun 2020-09-13 14:26 by no\. 1; next: /m);
  const { data: status } = await kanbun.json(["status"]);
  expect(status.repeats).toMatchObject({ count: 1, next: { id: 1, title: "Nightly" }, problems: [] });
  expect(status.repeats.next.next_at_ms).toBeGreaterThan(Date.now());
  expect(await kanbun.ok("cron", "pause", "1")).toBe('paused 1 "Nightly"\n');
  expect(await kanbun.ok("cron", "list")).toContain("paused");
  expect(await kanbun.ok("cron", "rm", "1")).toBe('removed 1 "Nightly"\n');
  expect((await kanbun.task(task)).status).toBe("done");
});

test("I13: a repeating task that cannot be read any more is one finding, and all others are made", async () => {
  const kanbun = await CommandLine.init();
  await kanbun.ok("cron", "add", "@daily", "Sound", "--triage");
  await kanbun.ok("cron", "add", "@hourly", "Broken", "--triage");
  change(kanbun, `next_at_ms = ${longAgo}, times = iif(id = 2, '0 9 * * someday', times)`);
  const { data: ticked, code } = await kanbun.json(["dispatch"]);
  expect(code).toBe(0);
  expect(ticked.boards[0].repeated).toMatchObject([{ repeat_id: 1, title: "Sound" }]);
  expect(ticked.boards[0].findings).toMatchObject([
    {
      about: "repeat",
      detail: expect.stringContaining('2 "Broken" has stopped making tasks: the times "0 9 * * someday"'),
    },
  ]);
  expect((await kanbun.json(["dispatch"])).data.boards[0].findings).toEqual([]);
  expect((await kanbun.json(["status"])).data.repeats.problems).toMatchObject([{ id: 2, title: "Broken" }]);
  const { data } = await kanbun.json(["doctor"]);
  const check = data.checks.find((one: { check: string }) => one.check === "repeats");
  expect(check).toMatchObject({ status: "problem", fix: "kanbun cron show 2 --board default" });
  const refused = await kanbun.json(["cron", "resume", "2"]);
  expect(refused.error).toMatchObject({ kind: "usage", hint: expect.stringContaining("five fields") });
  change(kanbun, "times = '@hourly'");
  expect(await kanbun.ok("cron", "resume", "2")).toContain('resumed 2 "Broken"; next: ');
});

test("what a repeating task does, and when, is changed by the options that made it", async () => {
  const kanbun = await CommandLine.init();
  await kanbun.ok("cron", "add", "@daily", "Nightly", "--run", "make test", "--priority", "2");
  const edit = ["cron", "edit", "1", "--times", "30 8 * * 1-5", "--tz", "Europe/Berlin", "--title", "Early"];
  const { data } = await kanbun.json([...edit, "--run", "make all", "--max-runtime", "1h"]);
  expect(data).toMatchObject({ title: "Early", times: "30 8 * * 1-5", time_zone: "Europe/Berlin" });
  expect(data.task).toMatchObject({ body: "make all", priority: 2, max_runtime_ms: 3_600_000 });
  expect(data.task.workspace_path).toBe(resolve(kanbun.home, ".."));
  expect(data.next_times_at_ms).toHaveLength(3);
  for (const wrong of [[], ["--times", "at noon"], ["--run", "a", "--body", "b"]])
    expect([wrong, (await kanbun.json(["cron", "edit", "1", ...wrong])).error?.kind]).toEqual([
      wrong,
      "usage",
    ]);
});

test("a repeating task clears up the home that it is of", async () => {
  const kanbun = await CommandLine.init('[gc]\nlogs = "1s"\nruns = "1s"\n');
  const old = await kanbun.create("old", "--run", "echo said");
  await kanbun.ok("dispatch", "--until-idle");
  const folder = join(kanbun.home, "kanban/runs/1");
  expect(existsSync(join(folder, "output.log"))).toBe(true);
  {
    using db = new Database(boardPaths(kanbun.home, "default").database);
    db.run("UPDATE task_runs SET started_at = started_at - 9999, ended_at = ended_at - 9999");
  }
  await kanbun.ok("cron", "add", "0 4 * * *", "Clear up", "--run", "kanbun gc");
  change(kanbun, `next_at_ms = ${longAgo}`);
  const { data } = await kanbun.json(["dispatch"]);
  const clearing = data.boards[0].repeated[0].task_id;
  await kanbun.ok("dispatch", "--until-idle");
  expect(await kanbun.ok("log", clearing)).toMatch(/^removed:\n {2}default +1 +run folders/);
  expect(existsSync(folder)).toBe(false);
  expect((await kanbun.task(old)).status).toBe("done");
});

test("a resident makes a repeating task at its time without being told", async () => {
  const kanbun = await CommandLine.init();
  await kanbun.ok("cron", "add", "@yearly", "New year", "--triage");
  change(kanbun, `next_at_ms = ${Date.now() + 1_500}`);
  const resident = kanbun.spawn(["dispatch", "--watch", "--json"]);
  try {
    await using store = await kanbun.open();
    await eventually("the task", async () => (await store.listTasks({})).length === 1);
  } finally {
    resident.kill();
    await resident.exited;
  }
});
