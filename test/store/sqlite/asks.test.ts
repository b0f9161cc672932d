import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { homesInMemory } from "../../support/place-of-homes.ts";
import { here, ManualClock, person, policies, policy } from "../board-under-test.ts";
import { freshPath, openFile } from "./board.ts";

homesInMemory();

const profiles = policies(policy("shell"));
const traits = { names: ["north"], labels: ["gpu"] };

test("what a task of an older Kanbun asks for is asked for still", async () => {
  const path = freshPath();
  const store = await openFile(path, { mode: "create" });
  const ids = [];
  for (const title of ["both", "host", "none"]) ids.push((await store.createTask({ title }, person)).task.id);
  await store.close();
  const [both = "", host = "", none = ""] = ids;
  {
    using db = new Database(path);
    db.run("DROP INDEX kanbun_tasks_startable");
    db.run("DROP INDEX kanbun_tasks_reviewable");
    db.run("DROP INDEX kanbun_tasks_asks");
    db.run("ALTER TABLE tasks DROP COLUMN kanbun_asks");
    db.run("CREATE INDEX kanbun_tasks_ready ON tasks(assignee, priority DESC, created_at)");
    db.run(
      "CREATE TABLE kanbun_placements (task_id TEXT, kind TEXT, value TEXT, PRIMARY KEY (task_id, kind, value))",
    );
    const asked = [
      [both, "label", "gpu"],
      [both, "host", "north"],
      [both, "label", "eu"],
      [host, "host", "south"],
    ];
    for (const row of asked) db.run("INSERT INTO kanbun_placements VALUES (?, ?, ?)", row);
    db.run("UPDATE kanbun_meta SET value = 17 WHERE key = 'schema_version'");
  }
  // Read only it is a board whose tasks ask for nothing that is known here.
  await (await openFile(path, { mode: "read" })).close();
  await using opened = await openFile(path, { mode: "write" });
  expect(await opened.requireTask(both)).toMatchObject({ host: "north", labels: ["eu", "gpu"] });
  expect(await opened.requireTask(host)).toMatchObject({ host: "south", labels: [] });
  expect(await opened.requireTask(none)).toMatchObject({ host: null, labels: [] });
  using db = new Database(path, { readonly: true });
  const left = db.query(
    "SELECT name FROM sqlite_master WHERE name IN ('kanbun_placements', 'kanbun_tasks_ready')",
  );
  expect(left.all()).toEqual([]);
});

test("a look at 20,000 tasks for another host takes what it takes without them", async () => {
  const path = freshPath();
  const clock = new ManualClock();
  await using store = await openFile(path, { mode: "create", clock });
  await store.createTask({ title: "for this one", assignee: "shell", labels: ["gpu"], priority: -9 }, person);
  const nowMs = clock.nowMs();
  const view = { nowMs, reconcile: false, host: here, profiles, homeMax: 4, boardMax: null, traits };
  const slots = { homeUsed: 0, homeMax: 4, boardUsed: 0, boardMax: null, profileUsed: new Map() };
  const rules = { nowMs, profiles, pauses: [], slots, traits };
  const look = async () => {
    expect(await store.viewTick(view)).toMatchObject({ hasCandidates: true, outlook: { hasReady: true } });
    expect((await store.chooseNext(rules, 4)).chosen).toMatchObject([{ title: "for this one" }]);
  };
  const cost = async (rounds: number) => {
    await look();
    const before = process.cpuUsage();
    for (let round = 0; round < rounds; round += 1) await look();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  // Where processor time is counted in sixtieths of a second a few looks take none.
  let [rounds, alone] = [20, await cost(20)];
  while (alone < 50_000) {
    rounds *= 2;
    alone = await cost(rounds);
  }
  {
    using db = new Database(path);
    db.run(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
       INSERT INTO tasks (id, title, status, assignee, created_at, kanbun_asks)
       SELECT printf('t_%08x', i), 'x', 'ready', 'shell', 0, 'label ' || char(97 + i % 7) FROM n`,
    );
  }
  // One by one they cost some hundred times as much.
  expect(await cost(rounds)).toBeLessThan(20 * alone);
  const counts = await store.countHolds(rules);
  expect(Object.fromEntries(counts)).toEqual({ other_host: 20_000, next_tick: 1 });
});
