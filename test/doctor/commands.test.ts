import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nothingElsewhere } from "../../src/board/admission.ts";
import { explainHold } from "../../src/board/explain-hold.ts";
import { thisHost } from "../../src/dispatcher/host.ts";
import { readAdmissionRules } from "../../src/dispatcher/tick/policies.ts";
import { loadConfig } from "../../src/system/config/config.ts";
import { CommandLine } from "../cli/command-line.ts";
import { kanbunCommand, makeTestBoard } from "../support/board.ts";
import { startFixture } from "../support/processes.ts";
import { damagePage } from "./damage.ts";
import { bytesBelow, change, doctorOf, makeHome, rowsOf } from "./doctor-home.ts";

/** A home on which there is something of every kind to repair, on a sound board and on one with a damaged index. */
async function makeTroubled() {
  const made = await makeHome({ tasks: 20 });
  const kanbun = new CommandLine(made.home);
  await kanbun.ok("boards", "create", "shop");
  const shop = join(made.home, "kanban/boards/shop");
  await kanbun.ok("create", "x", "--board", "shop");
  change(
    join(shop, "kanban.db"),
    "UPDATE tasks SET status = 'running', consecutive_failures = -1",
    "INSERT INTO task_runs (id, task_id, status, started_at) VALUES (5, 't_0000dead', 'running', 1)",
  );
  mkdirSync(join(shop, "runs/9"), { recursive: true });
  writeFileSync(join(shop, "runs/9/output.log"), "x");
  damagePage(made.database, "index", "zebra", "content");
  return { ...made, kanbun, shop };
}

test("doctor changes no byte of the home, nor does a dry repair; --fix repairs all, and finds nothing twice (I7)", async () => {
  const { kanbun, home, shop } = await makeTroubled();
  const before = bytesBelow(home);
  const first = await kanbun.json(["doctor"]);
  const dry = await kanbun.json(["repair", "--dry-run"]);
  const text = await kanbun.run(["doctor"]);
  expect(bytesBelow(home)).toEqual(before);
  const troubled = first.data.checks.filter((one: { status: string }) => one.status !== "ok");
  expect([first.code, text.code, dry.code, troubled.length]).toEqual([1, 1, 0, 5]);
  expect(text.stdout).toContain("problem  counters of shop: ");
  expect(text.stdout).toContain("\n         do: kanbun repair --board shop\n");

  const fixed = await kanbun.json(["doctor", "--fix"]);
  expect([fixed.code, fixed.data.failed]).toEqual([0, []]);
  const kinds = (changes: { board: string; kind: string }[]) =>
    changes.map((one) => `${one.board} ${one.kind}`);
  expect(kinds(fixed.data.changes)).toEqual(kinds(dry.data.changes));
  expect(kinds(fixed.data.changes)).toEqual([
    ...["default backup", "default index"],
    ...["shop record", "shop record", "shop record", "shop run_folder"],
  ]);
  expect(
    rowsOf(join(shop, "kanban.db"), "SELECT payload FROM task_events WHERE kind = 'reclaimed'"),
  ).toHaveLength(2);
  const after = bytesBelow(home);
  const again = await kanbun.json(["doctor", "--fix"]);
  expect([again.code, again.data.changes, bytesBelow(home)]).toEqual([0, [], after]);
  expect(await kanbun.ok("repair")).toBe("nothing to fix\n");
});

test("while a dispatcher has the lock nothing is repaired, and nobody waits", async () => {
  const { kanbun, home, shop } = await makeTroubled();
  await using holder = await startFixture("hold-lock.ts", join(shop, "kanban.db.dispatch.lock"));
  expect(holder.first).toBe("held");
  const before = bytesBelow(shop);
  const { code, error } = await kanbun.json(["repair", "--board", "shop"]);
  expect([code, error?.kind, error?.message]).toEqual([
    4,
    "conflict",
    expect.stringContaining("a dispatcher is running on shop"),
  ]);
  const fixed = await kanbun.json(["doctor", "--fix"]);
  expect([fixed.code, fixed.data.failed]).toMatchObject([
    1,
    [{ board: "shop", error: { kind: "conflict" } }],
  ]);
  expect(fixed.data.changes.every((one: { board: string }) => one.board === "default")).toBe(true);
  expect(bytesBelow(shop)).toEqual(before);
  expect(bytesBelow(home)).not.toHaveProperty("kanban.db.backup-draft");
});

test("a board that is named and not there is not found; a table that is damaged fails the repair", async () => {
  const { kanbun, database } = await makeTroubled();
  expect((await kanbun.json(["doctor", "--board", "nope"])).code).toBe(3);
  damagePage(database, "table", "a title to be found", "garbage");
  const { code, error } = await kanbun.json(["repair", "--board", "default"]);
  expect([code, error?.kind, error?.hint]).toEqual([1, "damaged", expect.stringContaining(".recover")]);
});

test("status names the holder of the lock, the last tick, pauses with their end, and counts by every reason to stand still", async () => {
  const { home, lockPath, ids } = await makeHome({
    tasks: 12,
    config: "[profiles.coder]\ncommand = ['true']\n",
  });
  const kanbun = new CommandLine(home);
  const by = { actor: "ada" };
  {
    await using store = await doctorOf(home).openBoard("default", "write");
    const id = (i: number) => ids[i] ?? "";
    for (const i of [0, 1, 2, 3]) await store.assignTask(id(i), "coder", by);
    await store.blockTask(id(1), { reason: "why", kind: null }, by);
    await store.scheduleTask(id(2), { dueAtMs: Date.now() + 60_000, reason: null }, by);
    await store.linkTasks({ parentId: id(0), childId: id(3) }, by);
    await store.linkTasks({ parentId: id(5), childId: id(4) }, by);
    await store.cancelTask(id(5), null, by);
    await store.assignTask(id(6), null, by);
    await store.pause({ scope: "profile:coder", untilAtMs: Date.now() + 3_600_000, reason: "rate limited" });
    await store.pause({ scope: "board", untilAtMs: null, reason: "release day" });
    // The count is what explaining them one by one comes to.
    const at = { config: loadConfig(home), host: thisHost(), nowMs: Date.now(), elsewhere: nothingElsewhere };
    const rules = await readAdmissionRules(store, at);
    const counted: Record<string, number> = {};
    for (const one of ids) {
      const { reason } = explainHold(await store.requireHoldFacts(one, thisHost()), rules);
      if (reason !== "archived") counted[reason] = (counted[reason] ?? 0) + 1;
    }
    expect(Object.fromEntries(await store.countHolds(rules))).toEqual(counted);
    expect(Object.keys(counted)).toHaveLength(7);
  }
  await using holder = await startFixture("hold-lock.ts", lockPath);
  const { data } = await kanbun.json(["status"]);
  expect(data).toMatchObject({
    lock_holder_pid: process.platform === "linux" ? holder.pid : null,
    last_tick: null,
  });
  expect(data.by_hold).toMatchObject({
    unknown_profile: 5,
    board_paused: 1,
    blocked: 1,
    parent_cancelled: 1,
  });
  expect(data.pauses).toMatchObject([
    { scope: "board", until_at_ms: null, reason: "release day" },
    { scope: "profile:coder", until_at_ms: expect.any(Number) },
  ]);
  const text = await kanbun.ok("status");
  expect(text).toMatch(/^paused +profile:coder until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d: rate limited$/m);
  expect(text).toMatch(/^ +1 waiting for other tasks$/m);
});

test("a repair with a bad configuration is refused once, whatever the number of boards", async () => {
  const { home } = await makeTestBoard();
  await makeTestBoard({ home, slug: "shop" });
  writeFileSync(join(home, "kanbun.toml"), '[profiles.""]\n[profiles." "]\n');
  const env = { HOME: home, KANBUN_HOME: home, PATH: process.env.PATH ?? "" };
  const repair = Bun.spawn([...kanbunCommand, "repair", "--json"], { env });
  expect(await repair.stdout.json()).toMatchObject({ ok: false, error: { kind: "config" } });
  expect(await repair.exited).toBe(1);
});
