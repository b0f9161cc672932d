import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import type { HoldReason } from "../../src/board/hold.ts";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { CommandLine } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { Shop } from "./shop.ts";

homesInMemory();

const wait = "while :; do sleep 0.1; done";
const hourMs = 3_600_000;

type Scenes = Partial<Record<HoldReason, (shop: Shop) => Promise<string>>>;

async function failed(shop: Shop, script: string, ...more: string[]): Promise<string> {
  const id = await shop.create("x", "--run", script, ...more);
  await shop.ok("dispatch");
  await shop.drain();
  return id;
}

/** A task in each state that has something to do about it. */
const scenes: Scenes = {
  unassigned: (shop) => shop.create("x"),
  unknown_profile: (shop) => shop.create("x", "--assignee", "ghost"),
  due: (shop) => failed(shop, "exit 3"),
  board_paused: async (shop) => {
    await shop.ok("pause");
    return shop.create("x", "--run", "true");
  },
  profile_paused: async (shop) => {
    await failed(shop, "exit 75");
    return shop.create("x", "--run", "true");
  },
  worker_ended: async (shop) => {
    const id = await shop.create("x", "--run", "true");
    await shop.ok("dispatch");
    await eventually("its worker has ended", async () => (await shop.explain(id)).reason === "worker_ended");
    return id;
  },
  claimed_by_person: async (shop) => {
    const id = await shop.create("x");
    await shop.ok("claim", id, "--as", "ada");
    return id;
  },
  claimed_elsewhere: async (shop) => {
    const id = await shop.create("x");
    shop.sql("UPDATE tasks SET status = 'running' WHERE id = ?", id);
    return id;
  },
  triage: (shop) => shop.create("x", "--triage"),
  waiting_for_parents: async (shop) => {
    const parent = await failed(shop, "exit 3", "--max-retries", "1");
    return shop.create("x", "--parent", parent);
  },
  parents_finished: async (shop) => {
    const id = await shop.create("x");
    shop.sql("UPDATE tasks SET status = 'todo' WHERE id = ?", id);
    return id;
  },
  scheduled: (shop) => shop.create("x", "--at", "+1h"),
  blocked: async (shop) => {
    const id = await shop.create("x");
    await shop.ok("block", id, "why");
    return id;
  },
  gave_up: (shop) => failed(shop, "exit 3", "--max-retries", "1"),
  needs_answer: (shop) => failed(shop, 'kanbun ask "which?" --choice red --choice green'),
  review: async (shop) => {
    const id = await shop.create("x");
    await shop.ok("request-review", id, "--as", "bob");
    return id;
  },
  next_tick: (shop) => shop.create("x", "--run", "true"),
};

for (const [reason, make] of Object.entries(scenes))
  test(`I9: what explain says to do about ${reason} works as typed, and changes the reason`, async () => {
    const shop = await Shop.open();
    const id = await make(shop);
    const before = await shop.explain(id);
    expect(before.reason).toBe(reason);
    expect(before.command).toMatch(/^kanbun .*--board shop --home /);
    const typed = await shop.type(before.command);
    expect({ code: typed.code, stderr: typed.stderr }).toMatchObject({ code: 0 });
    const after = await shop.explain(id);
    expect([after.reason, after.detail]).not.toEqual([before.reason, before.detail]);
  });

test("X34: a run whose worker is gone is not called at work, by explain, show and status, before any tick", async () => {
  const shop = await Shop.open();
  const id = await shop.create("x", "--run", wait);
  await shop.ok("dispatch");
  const [run] = (await shop.kanbun.json(["runs", id, "--board", "shop"])).data.runs;
  expect(await shop.explain(id)).toMatchObject({
    reason: "running",
    detail: expect.stringContaining("is running"),
  });
  await eventually("its pid is on the board", async () => {
    const { data } = await shop.kanbun.json(["runs", id, "--board", "shop"]);
    return data.runs[0].worker_pid !== null;
  });
  const pid = (await shop.kanbun.json(["runs", id, "--board", "shop"])).data.runs[0].worker_pid;
  process.kill(-pid, "SIGKILL");
  await eventually("it is seen gone", async () => (await shop.explain(id)).reason === "worker_ended");
  expect(await shop.explain(id)).toMatchObject({
    detail: "its worker has ended: the next tick records the outcome (no dispatcher is running)",
    command: expect.stringContaining("kanbun dispatch"),
  });
  expect(await shop.ok("show", id)).not.toContain(`run ${run.id} is at work`);
  const status = await shop.ok("status");
  expect(status).toMatch(/dispatcher +none is running/);
  expect(status).toContain("1 worker has ended, the next tick records how");
});

test("X34: a time that has passed is not waited for", async () => {
  const shop = await Shop.open();
  const id = await shop.create("x", "--at", "+1h");
  shop.sql("UPDATE kanbun_tasks SET not_before_ms = ? WHERE task_id = ?", Date.UTC(2020, 0, 1), id);
  const hold = await shop.explain(id);
  expect(hold.until_at_ms).toBeNull();
  expect(hold.command).toStartWith("kanbun dispatch");
  expect(hold.detail).toContain("due since 2020-01-01");
});

test("X34: a rate limit is called one, with its profile and its end", async () => {
  const shop = await Shop.open();
  const id = await failed(shop, "exit 75");
  const hold = await shop.explain(id);
  expect(hold.detail).toContain("its profile shell is rate limited");
  expect(hold.until_at_ms).toBeGreaterThan(Date.now());
  expect(hold.until_at_ms).toBeLessThan(Date.now() + hourMs);
  // And lifting it lets the task go on.
  await shop.type(hold.command);
  expect((await shop.explain(id)).reason).toBe("next_tick");
});

test("X33: a crashed review in its back-off is told by explain, and promoted as explain says", async () => {
  const shop = await Shop.open('[profiles.critic]\ncommand = ["sh", "-c", "exit 3"]\n');
  const id = await shop.create("x", "--assignee", "shell");
  await shop.ok("request-review", id, "--reviewer", "critic");
  await shop.ok("dispatch");
  await shop.drain();
  const hold = await shop.explain(id);
  expect(hold).toMatchObject({ status: "review", reason: "due" });
  expect(hold.until_at_ms).toBeGreaterThan(Date.now());
  expect((await shop.type(hold.command)).code).toBe(0);
  expect((await shop.explain(id)).reason).toBe("next_tick");
});

test("X33: --until-idle waits for a crashed review in its back-off", async () => {
  const config =
    '[profiles.critic]\nretry_delay = "50ms"\ncommand = ["sh", "-c", "echo x >> tries; exit 3"]\n';
  const kanbun = await CommandLine.init(
    config.replace(
      '[profiles.critic]\nretry_delay = "50ms"',
      '[dispatch]\nretry_delay = "50ms"\n[profiles.critic]',
    ),
  );
  const id = await kanbun.create("x", "--assignee", "shell");
  await kanbun.ok("request-review", id, "--reviewer", "critic");
  await kanbun.ok("dispatch", "--until-idle", "--exit-zero");
  expect((await kanbun.task(id)).status).toBe("blocked");
});

test("X38: of 10,000 parents explain says how many there are, and names the first few", async () => {
  const shop = await Shop.open();
  const id = await shop.create("x");
  using db = new Database(boardPaths(shop.kanbun.home, "shop").database);
  db.transaction(() => {
    for (let i = 0; i < 10_000; i++) {
      const parent = `t_${i.toString(16).padStart(8, "0")}`;
      db.run("INSERT INTO tasks (id, title, status, created_at) VALUES (?, ?, 'triage', 1)", [
        parent,
        `part ${i}`,
      ]);
      db.run("INSERT INTO task_links VALUES (?, ?)", [parent, id]);
    }
    db.run("UPDATE tasks SET status = 'todo' WHERE id = ?", [id]);
  }).immediate();
  const text = await shop.ok("explain", id);
  expect(text).toContain(
    'waits for t_00000000 "part 0", t_00000001 "part 1", t_00000002 "part 2" and 9997 more',
  );
  expect(text.length).toBeLessThan(1_000);
});

test("X58: explain follows a chain of parents to what a person must do, with titles", async () => {
  const shop = await Shop.open();
  const build = await shop.create("Build", "--run", "exit 2", "--max-retries", "1");
  const check = await shop.create("Test", "--parent", build);
  const ship = await shop.create("Ship", "--parent", check);
  await shop.ok("dispatch");
  await shop.drain();
  const hold = await shop.explain(ship);
  expect(hold.detail).toBe(
    `waits for ${check} "Test": waits for ${build} "Build": gave up after 1 failure: exit code 2`,
  );
  expect(hold.command).toStartWith(`kanbun retry ${build} `);
});

test("a ready task with an open parent is not started, however it came to be ready, unless a person forces it", async () => {
  const shop = await Shop.open();
  const parent = await shop.create("first", "--triage");
  const id = await shop.create("second", "--run", wait, "--parent", parent);
  shop.sql("UPDATE tasks SET status = 'ready' WHERE id = ?", id);
  const report = (await shop.kanbun.json(["dispatch", "--board", "shop"])).data.boards[0];
  expect(report).toMatchObject({ spawned: [], held: [{ task_id: id, reason: "waiting_for_parents" }] });
  expect((await shop.explain(id)).detail).toContain('"first"');
  await shop.ok("promote", "--force", id);
  expect((await shop.kanbun.json(["dispatch", "--board", "shop"])).data.boards[0].spawned).toHaveLength(1);
});
