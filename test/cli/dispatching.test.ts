import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { startFixture } from "../support/processes.ts";
import { CommandLine } from "./command-line.ts";

homesInMemory();

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
  expect(ten.match(/^ {2}held +t_\w{8} nobody's {2}\(it has no assignee\)$/gm)).toHaveLength(10);
  expect(ten).not.toContain("and more");
  await addTasks(2);
  const more = await kanbun.ok("dispatch");
  expect(more).toStartWith("default: nothing to do (more than 10 held back)\n");
  expect(more.match(/no assignee/g)).toHaveLength(10);
  expect(more).toEndWith("  held         and more: `kanbun status` counts them\n");
  expect((await kanbun.json(["dispatch"])).data.boards[0].held).toHaveLength(12);
});

test("one word for one thing: a run that failed has failed in each answer, and took the same time", async () => {
  const kanbun = await CommandLine.init("[dispatch]\nmax_retries = 1\n");
  const bad = await kanbun.create("bad", "--run", "exit 3");
  const good = await kanbun.create("good", "--run", "true");
  const ran = await kanbun.run(["dispatch", "--until-idle", "--due-within", "0s"]);
  expect(ran.stdout).toContain("1 completed, 1 failed, 1 gave up");
  expect(ran.stdout).not.toContain("crashed");
  const took = (text: string) => /\b\d+s\b/.exec(text)?.[0];
  const listed = (await kanbun.ok("list", "--all")).split("\n").find((line) => line.includes(good)) ?? "";
  expect(took(await kanbun.ok("runs", good))).toBe(took(listed.slice(listed.indexOf("took"))) ?? "");
  expect(await kanbun.ok("runs", bad)).toMatch(/ failed +shell /);
  expect(await kanbun.ok("stats")).not.toContain("crashed");
});

test("a dispatch leaves no long log to be moved, though another program has the board open", async () => {
  const kanbun = await CommandLine.init();
  const file = join(kanbun.home, "tasks.jsonl");
  // Each fills a page of the database, which is written anew when it becomes ready.
  const child = `{"title": "child", "parents": ["p"], "body": "${"x".repeat(3_500)}"}\n`;
  await Bun.write(file, `{"title": "parent", "key": "p"}\n${child.repeat(1_200)}`);
  await kanbun.ok("create", "--from", file);
  using other = new Database(join(kanbun.home, "kanban.db"));
  other.run("UPDATE tasks SET status = 'done', completed_at = 1 WHERE title = 'parent'");
  other.query("PRAGMA wal_checkpoint(TRUNCATE)").get();
  await kanbun.ok("dispatch", "--max", "0");
  const { log, checkpointed } = other
    .query<{ log: number; checkpointed: number }, []>("PRAGMA wal_checkpoint(NOOP)")
    .get() ?? { log: 0, checkpointed: 0 };
  expect(log).toBeGreaterThan(1_000);
  expect(checkpointed).toBe(log);
});

test("I1: a dispatch that does not get the lock leaves the log of the database as it is", async () => {
  const kanbun = await CommandLine.init();
  const home = makeTestHome();
  {
    using writer = new Database(join(kanbun.home, "kanban.db"));
    writer.run("UPDATE kanbun_meta SET value = value");
    for (const name of ["kanban.db", "kanban.db-wal"])
      copyFileSync(join(kanbun.home, name), join(home, name));
  }
  const before = readFileSync(join(home, "kanban.db-wal"));
  await using _holder = await startFixture("hold-lock.ts", join(home, "kanban.db.dispatch.lock"));
  expect(await new CommandLine(home).ok("dispatch")).toContain("skipped");
  expect(readFileSync(join(home, "kanban.db-wal"))).toEqual(before);
});

test("a run that fails after its configuration was changed is tried again as often as it was when the run began", async () => {
  const kanbun = await CommandLine.init(
    '[dispatch]\nmax_retries = 3\nretry_delay = "1h"\nretry_delay_max = "1h"\n',
  );
  const id = await kanbun.create(
    "fails",
    "--run",
    `until [ -e ${kanbun.home}/go ]; do sleep 0.02; done; exit 3`,
  );
  await kanbun.ok("dispatch");
  const file = join(kanbun.home, "kanbun.toml");
  const settings = readFileSync(file, "utf8");
  await Bun.write(file, settings.replace("max_retries = 3", "max_retries = 1"));
  await Bun.write(join(kanbun.home, "go"), "");
  await eventually("its run is closed", async () => {
    await kanbun.run(["dispatch", "--max", "0"]);
    return (await kanbun.json(["show", id])).data.runs[0].outcome !== null;
  });
  // By the new one it would be given up at once.
  expect((await kanbun.json(["show", id])).data).toMatchObject({
    task: { status: "ready" },
    runs: [{ outcome: "crashed" }],
  });
});
