import { expect, test } from "bun:test";
import { hashBoard } from "../store/sqlite/board.ts";
import { person } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { signalGroup } from "../support/processes.ts";
import { Scene } from "./scene.ts";

test("W22: three runs that a reboot ended are interrupted in one tick, and no failure is counted", async () => {
  using scene = await Scene.open();
  const ids: string[] = [];
  for (const _ of [1, 2, 3]) ids.push(await scene.create("exit 0", { maxRetries: 1 }));
  await scene.claimAndDie(3, { bootId: "an-earlier-boot" });
  const report = await scene.tick();
  expect(report.interrupted.map((run) => run.taskId).sort()).toEqual(ids.toSorted());
  expect([report.crashed, report.gaveUp]).toEqual([[], []]);
  expect(report.spawned).toHaveLength(3);
  await scene.tickUntil("all are done", async () => (await scene.store.getCounts()).byStatus.done === 3);
  for (const id of ids) expect(await scene.outcomes(id)).toEqual(["interrupted", "completed"]);
});

test("W22: three crashes with one text in one tick trip three breakers, which stay tripped and say so once", async () => {
  using scene = await Scene.open();
  const ids: string[] = [];
  for (const _ of [1, 2, 3])
    ids.push(await scene.create("echo the same text >&2; exit 1", { maxRetries: 1 }));
  for (const { runId: run } of (await scene.tick()).spawned) await scene.ended(run);
  await eventually("the shims are gone", () => scene.processes().length === 0);
  const report = await scene.tick();
  expect(report.gaveUp.map((run) => run.taskId).sort()).toEqual(ids.toSorted());
  scene.clock.pass(24 * 3_600_000);
  for (let round = 0; round < 3; round++) {
    const after = await scene.tick({ reconcile: true });
    expect([after.promoted, after.spawned, after.gaveUp]).toEqual([[], [], []]);
  }
  for (const id of ids) {
    expect((await scene.store.requireTask(id)).status).toBe("blocked");
    expect((await scene.kinds(id)).filter((kind) => /gave_up|promoted|unblocked/.test(kind))).toEqual([
      "gave_up",
    ]);
  }
});

test("W23: the configured limit holds for crashes, time-outs and failed spawns alike", async () => {
  const config = `[dispatch]\nmax_in_progress = 8\nmax_retries = 1
[profiles.shell]\ngrace = "50ms"\n[profiles.missing]\ncommand = ["no-such-program-anywhere"]\n`;
  using scene = await Scene.open(config);
  const tasks = {
    crashed: await scene.create("exit 1"),
    timed_out: await scene.create("echo ready; sleep 60", { maxRuntimeMs: 60_000 }),
    spawn_failed: await scene.create("", { assignee: "missing" }),
  };
  const { spawned } = await scene.tick();
  const runOf = (id: string) => spawned.find((one) => one.taskId === id)?.runId;
  await scene.ended(runOf(tasks.crashed));
  await scene.said(runOf(tasks.timed_out), "ready\n");
  scene.clock.pass(61_000);
  await scene.tickUntil(
    "all are blocked",
    async () => (await scene.store.getCounts()).byStatus.blocked === 3,
  );
  for (const [outcome, id] of Object.entries(tasks)) {
    expect(await scene.outcomes(id)).toEqual([outcome]);
    expect((await scene.kinds(id)).filter((kind) => kind === "gave_up")).toHaveLength(1);
  }
});

test("W24: a breaker that forgotten verdicts tripped trips once, and only a person opens it", async () => {
  const config = `[dispatch]\nretry_delay = "1ms"\n[profiles.agent]\ncommand = ["true"]
completes = "by-verdict"\n`;
  using scene = await Scene.open(config);
  const id = await scene.create("", { assignee: "agent" });
  const isBlocked = async () => (await scene.store.requireTask(id)).status === "blocked";
  await scene.tickUntil("it is blocked", isBlocked);
  expect(await scene.outcomes(id)).toEqual(["crashed", "crashed"]);
  scene.clock.pass(24 * 3_600_000);
  for (let round = 0; round < 10; round++) await scene.tick({ reconcile: true });
  expect(await scene.outcomes(id)).toHaveLength(2);
  expect((await scene.kinds(id)).filter((kind) => /gave_up|promoted/.test(kind))).toEqual(["gave_up"]);
  await scene.store.unblockTask(id, person);
  expect((await scene.tick()).spawned).toMatchObject([{ taskId: id }]);
});

test("W25: no word in an error or a log holds a task back", async () => {
  using scene = await Scene.open('[dispatch]\nretry_delay = "1ms"\nmax_retries = 9\n');
  const words = "403 Forbidden, Author unauthorized: Permission denied, rate limit 429, quota, 75";
  const id = await scene.create(`echo "${words}" >&2; mkdir tried 2>/dev/null && exit 1; exit 0`);
  await scene.store.addComment(id, words, person);
  await scene.tickUntil("it has failed once", (report) => report.crashed.length > 0);
  expect((await scene.store.requireTask(id)).lastFailureError).toContain("Permission denied");
  expect(await scene.store.listPauses()).toEqual([]);
  await scene.tickUntil(
    "its retry is done",
    async () => (await scene.store.requireTask(id)).status === "done",
  );
  expect(await scene.outcomes(id)).toEqual(["crashed", "completed"]);
});

test("W26: a thousand held tasks cost an idle tick no event and no byte", async () => {
  const config =
    '[profiles.paused]\ncommand = ["true"]\n[profiles.off]\ncommand = ["true"]\nmax_in_progress = 0\n';
  using scene = await Scene.open(config);
  const addTasks = `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
    INSERT INTO tasks (id, title, status, created_at, assignee) SELECT printf('t_%08x', i), 'held', 'ready', i,
    CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN 'unknown' WHEN 2 THEN 'off' ELSE 'paused' END FROM n`;
  scene.sql(addTasks);
  await scene.store.pause({ scope: "profile:paused", untilAtMs: null, reason: "quota" });
  const eventsBefore = await scene.store.getLastEventId();
  const bytesBefore = hashBoard(scene.database);
  for (let round = 0; round < 2; round++) {
    const report = await scene.tick({ heldMax: 1_000 });
    expect(report.spawned).toEqual([]);
    expect(countBy(report.held.map((held) => held.reason))).toEqual({
      unassigned: 250,
      unknown_profile: 250,
      profile_slots: 250,
      profile_paused: 250,
    });
  }
  expect(await scene.store.getLastEventId()).toBe(eventsBefore);
  expect(hashBoard(scene.database)).toBe(bytesBefore);
});

function countBy(words: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]));
}

test("W27: a pull request in a comment holds nothing back", async () => {
  using scene = await Scene.open();
  const id = await scene.create("exit 0");
  await scene.store.addComment(id, "opened https://github.com/acme/shop/pull/81 for it", person);
  expect((await scene.tick({ heldMax: 1_000 })).spawned.map((run) => run.taskId)).toEqual([id]);
  await scene.tickUntil("it is done", (report) => report.completed.length > 0);
});

test("W32: a worker that died behind its lease is a crash that counts, until the breaker blocks it", async () => {
  using scene = await Scene.open('[dispatch]\nretry_delay = "1ms"\nlease = "60s"\n');
  const id = await scene.create(scene.gate());
  for (const status of ["ready", "blocked"]) {
    const spawned = (await scene.tickUntil("it runs", (report) => report.spawned.length > 0)).at(-1)
      ?.spawned[0];
    await eventually("its worker is there", () => scene.processes().length >= 2);
    signalGroup(spawned?.pid, "SIGKILL");
    await eventually("its worker is gone", () => scene.processes().length === 0);
    scene.clock.pass(3_600_000);
    const report = await scene.tick({ max: 0 });
    expect([report.reclaimed, report.stale]).toEqual([[], []]);
    expect(report.crashed).toMatchObject([{ taskId: id, status }]);
  }
  expect(await scene.store.requireTask(id)).toMatchObject({ status: "blocked", consecutiveFailures: 2 });
});
