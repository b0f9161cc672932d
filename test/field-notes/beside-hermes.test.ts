import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { identifyProcess } from "../../native-shims/index.ts";
import { thisHost } from "../../src/dispatcher/host.ts";
import { Connection } from "../../src/store/sqlite/database/connection.ts";
import { migrate } from "../../src/store/sqlite/database/migrate.ts";
import { CommandLine } from "../cli/command-line.ts";
import { HermesStandIn } from "../hermes/stand-in.ts";
import { person } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { Scene } from "./scene.ts";

function isRunning(pid: number): boolean {
  return identifyProcess(pid) !== null;
}

/** One that starts nothing, and gives no launch grace. */
function standIn(home: string, more: ConstructorParameters<typeof HermesStandIn>[1] = {}): HermesStandIn {
  return new HermesStandIn(home, { launchGraceS: 0, ...more });
}

test("H1: what our breaker has blocked stays blocked beside the other dispatcher, until a person unblocks it", async () => {
  const kanbun = await CommandLine.init('[dispatch]\nretry_delay = "1ms"\n');
  const id = await kanbun.create("Fail", "--run", "echo no >&2; exit 3", "--max-retries", "1");
  await kanbun.ok("dispatch", "--until-idle", "--exit-zero");
  using hermes = standIn(kanbun.home);
  // It goes by the failures of a task as well, which an edit may have put out of reach.
  hermes.db.run("UPDATE tasks SET max_retries = 9");
  for (let tick = 0; tick < 3; tick++) expect(hermes.tick()).toBe(true);
  expect((await kanbun.task(id)).status).toBe("blocked");
  expect((await kanbun.json(["explain", id])).data).toMatchObject({ reason: "gave_up" });
  expect((await kanbun.json(["status"])).data.by_hold).toMatchObject({ gave_up: 1 });
  await kanbun.ok("unblock", id);
  expect((await kanbun.task(id)).status).toBe("ready");
});

test("H2: a child of an archived parent is ready here as there", async () => {
  using scene = await Scene.open();
  const parent = await scene.create("true");
  const child = await scene.create("true", { parents: [parent] });
  scene.sql("UPDATE tasks SET status = 'archived' WHERE id = ?", parent);
  await scene.tick({ max: 0, reconcile: true });
  expect((await scene.store.requireTask(child)).status).toBe("ready");
});

test("H2: what waits below a cancelled parent is blocked by its name, and neither dispatcher starts it", async () => {
  const kanbun = await CommandLine.init();
  const cancelled = await kanbun.create("Dig");
  const other = await kanbun.create("Plan");
  const child = await kanbun.create("Build", "--run", "true", "--parent", cancelled, "--parent", other);
  const later = await kanbun.create("Paint", "--run", "true", "--parent", cancelled, "--at", "+1h");
  await kanbun.ok("cancel", cancelled);
  await kanbun.ok("complete", other);
  using hermes = standIn(kanbun.home, { workers: { shell: ["true"] } });
  for (let tick = 0; tick < 2; tick++) {
    expect(hermes.tick()).toBe(true);
    expect((await kanbun.json(["dispatch"])).data.boards[0].spawned).toEqual([]);
  }
  for (const id of [child, later])
    expect((await kanbun.json(["explain", id])).data).toMatchObject({
      reason: "parent_cancelled",
      detail: expect.stringContaining(cancelled),
      command: `kanbun unlink ${cancelled} ${id}`,
    });
  expect((await kanbun.json(["status"])).data.by_hold).toMatchObject({ parent_cancelled: 2 });
  await kanbun.ok("unlink", cancelled, child);
  expect((await kanbun.task(child)).status).toBe("ready");
  await kanbun.ok("unblock", later);
  expect((await kanbun.task(later)).status).toBe("ready");
});

test("H2: of two parents that were cancelled each one blocks, until both are unlinked", async () => {
  using scene = await Scene.open();
  const parents = [await scene.create("true"), await scene.create("true")];
  const child = await scene.create("true", { parents });
  for (const parent of parents) await scene.store.cancelTask(parent, null, person);
  const [first = "", second = ""] = parents;
  await scene.store.unlinkTasks({ parentId: first, childId: child }, person);
  const newest = (await scene.store.listEvents({ taskId: child })).at(-1);
  expect(newest).toMatchObject({ kind: "blocked", payload: { cancelled_parent: second } });
  await scene.store.unlinkTasks({ parentId: second, childId: child }, person);
  expect((await scene.store.requireTask(child)).status).toBe("ready");
});

test("H3: the other dispatcher writes off no worker of ours that has ended and was not looked at yet", async () => {
  using scene = await Scene.open();
  const id = await scene.create("true");
  const { spawned } = await scene.tick();
  await scene.ended(spawned[0]?.runId);
  await eventually("its shim is gone", () => scene.processes().length === 0);
  using hermes = standIn(scene.home);
  for (let tick = 0; tick < 3; tick++) expect(hermes.tick()).toBe(true);
  await scene.tick();
  expect(await scene.outcomes(id)).toEqual(["completed"]);
});

test("H4: the other dispatcher neither signals our shim nor gives its task away while one of ours ticks now and then", async () => {
  using scene = await Scene.open('[dispatch]\nlease = "1m"\n');
  const id = await scene.create(scene.gate());
  await scene.tick();
  // Half an hour between two ticks, three times.
  for (let tick = 0; tick < 3; tick++) {
    scene.clock.pass(29 * 60_000);
    using hermes = standIn(scene.home);
    // Its clock is the same as ours.
    hermes.db.run("UPDATE tasks SET claim_expires = claim_expires - ?", [(tick + 1) * 29 * 60]);
    expect(hermes.tick()).toBe(true);
    hermes.db.run("UPDATE tasks SET claim_expires = claim_expires + ?", [(tick + 1) * 29 * 60]);
    await scene.tick();
    await scene.tick();
  }
  scene.openGate();
  await scene.tickUntil("it is done", async () => (await scene.store.requireTask(id)).status === "done");
  expect(await scene.outcomes(id)).toEqual(["completed"]);
});

test("H4: a heartbeat never shortens the lease of a worker", async () => {
  using scene = await Scene.open();
  const id = await scene.create(`kanbun heartbeat; ${scene.gate()}`);
  await scene.tick();
  const before = (await scene.store.requireTask(id)).claimExpiresAtMs ?? 0;
  await eventually("it beats", async () => (await scene.kinds(id)).includes("heartbeat"));
  expect((await scene.store.requireTask(id)).claimExpiresAtMs).toBeGreaterThanOrEqual(before);
});

test("H1, H2: a board of the former version has a block behind each give-up, and below each cancelled task", async () => {
  using scene = await Scene.open();
  const parent = await scene.create("true");
  const child = await scene.create("true", { parents: [parent] });
  const failed = await scene.create("true");
  scene.sql("UPDATE tasks SET status = 'archived' WHERE id = ?", parent);
  scene.sql(
    "UPDATE tasks SET status = 'blocked', consecutive_failures = 2, max_retries = 9 WHERE id = ?",
    failed,
  );
  scene.sql("INSERT INTO task_events (task_id, kind, created_at) VALUES (?, 'gave_up', 1)", failed);
  using db = new Database(scene.database);
  const connection = new Connection(db, scene.database);
  connection.write(() => migrate(connection, 4));
  using hermes = standIn(scene.home, { workers: { shell: ["true"] } });
  hermes.tick();
  for (const [id, reason] of [
    [child, "parent_cancelled"],
    [failed, "gave_up"],
  ] as const) {
    expect((await scene.store.requireTask(id)).status).toBe("blocked");
    const { block } = await scene.store.requireHoldFacts(id, thisHost());
    expect(block).toMatchObject({
      gaveUp: reason === "gave_up",
      cancelledParent: reason === "parent_cancelled" ? parent : null,
    });
  }
});

test("H4: where the other dispatcher has taken a task away all the same, our worker's whole tree is ended before ours starts it again", async () => {
  using scene = await Scene.open('[profiles.shell]\ngrace = "100ms"\n');
  const left = join(scene.home, "left");
  const id = await scene.create(`sleep 100 & echo $! >> '${left}'; echo up; ${scene.gate()}`);
  const { spawned } = await scene.tick();
  await scene.said(spawned[0]?.runId, "up\n");
  // No dispatcher of ours has ticked for hours.
  scene.sql("UPDATE tasks SET claim_expires = 1");
  using hermes = standIn(scene.home);
  expect(hermes.tick()).toBe(true);
  const pid = Number(readFileSync(left, "utf8"));
  expect(isRunning(pid)).toBe(true);
  expect((await scene.store.requireTask(id)).status).toBe("ready");
  await scene.tickUntil("it is started again", ({ spawned }) => spawned.length > 0);
  expect(isRunning(pid)).toBe(false);
  const own = (await scene.store.listLiveRuns()).map((run) => run.runId);
  expect(own).toHaveLength(1);
  expect(own).not.toContain(spawned[0]?.runId ?? 0);
  expect((await scene.outcomes(id))[0]).toBe("reclaimed");
  scene.openGate();
});

for (const claimer of ["lives", "is gone"] as const)
  test(`H8: a foreign run whose worker is gone, and whose dispatcher ${claimer}, is ${claimer === "lives" ? "left to that until its claim is over" : "closed"}`, async () => {
    using scene = await Scene.open();
    const id = await scene.create("true");
    const dead = Bun.spawn(["true"]);
    await dead.exited;
    const lock = `${hostname()}:${claimer === "lives" ? process.pid : dead.pid}`;
    const expires = Math.ceil(scene.clock.nowMs() / 1000) + 600;
    const values = [lock, expires, dead.pid];
    scene.sql(
      `INSERT INTO task_runs (id, task_id, status, started_at, claim_lock, claim_expires, worker_pid)
       VALUES (9, ?, 'running', 1, ?, ?, ?)`,
      ...[id, ...values],
    );
    scene.sql(
      "UPDATE tasks SET status = 'running', current_run_id = 9, claim_lock = ?, claim_expires = ?, worker_pid = ?",
      ...values,
    );
    const { held } = await scene.tick({ max: 0 });
    expect(await scene.outcomes(id)).toEqual([claimer === "lives" ? null : "crashed"]);
    if (claimer === "lives") {
      expect(held).toMatchObject([{ taskId: id, reason: "other_dispatcher" }]);
      const kanbun = new CommandLine(scene.home);
      expect((await kanbun.json(["explain", id])).data).toMatchObject({ reason: "worker_ended" });
    }
    scene.clock.pass(601_000);
    await scene.tick({ max: 0 });
    expect(await scene.outcomes(id)).toEqual(["crashed"]);
  });
