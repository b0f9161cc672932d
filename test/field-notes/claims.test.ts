import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { thisHost } from "../../src/dispatcher/host.ts";
import { CommandLine } from "../cli/command-line.ts";
import { kanbunCommand, person } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { Scene } from "./scene.ts";

homesInMemory();

const leaseMs = 900_000;

test("W9: a worker whose dispatcher died before it wrote the pid is adopted by the next tick, and never doubled", async () => {
  using scene = await Scene.open();
  const ids: string[] = [];
  for (const _ of [1, 2, 3]) ids.push(await scene.create(`echo ran >> '${scene.home}/ran'; ${scene.gate()}`));
  const program = join(import.meta.dir, "../fixtures/tick-to-step.ts");
  const dying = Bun.spawn([process.execPath, program, scene.home, "spawned", "SIGKILL"], {
    stdout: "ignore",
  });
  await dying.exited;
  expect(dying.signalCode).toBe("SIGKILL");
  const nameless = (await scene.store.listLiveRuns()).filter((run) => run.process === null);
  expect(nameless.map((run) => run.taskId)).toEqual(ids.slice(2));
  await eventually("all workers run", async () => (await linesOf(`${scene.home}/ran`)) === 3);

  for (let round = 0; round < 3; round++) expect((await scene.tick()).spawned).toEqual([]);
  scene.clock.pass(leaseMs * 5); // there: a duplicate, as soon as the lease is over
  expect((await scene.tick()).spawned).toEqual([]);
  scene.openGate();
  await scene.tickUntil("all are done", async () => (await scene.store.getCounts()).byStatus.done === 3);
  for (const id of ids) expect(await scene.outcomes(id)).toEqual(["completed"]);
  expect(await linesOf(`${scene.home}/ran`)).toBe(3);
});

async function linesOf(path: string): Promise<number> {
  const file = Bun.file(path);
  return (await file.exists()) ? (await file.text()).split("\n").length - 1 : 0;
}

test("W10: a worker that is done before its start was recorded leaves no pid, and no `spawned` behind its `completed`", async () => {
  const config = '[profiles.quick]\ncommand = ["sh", "{body_file}"]\ncompletes = "by-verdict"\n';
  using scene = await Scene.open(config);
  const id = await scene.create("kanbun complete --summary fast", { assignee: "quick" });
  using db = new Database(scene.database, { readonly: true });
  const isDone = db.query<{ status: string }, [string]>("SELECT status FROM tasks WHERE id = ?");
  const dispatcher = new Dispatcher(scene.board.context, {
    onStep: (step) => {
      const deadline = performance.now() + 10_000;
      while (step === "spawned" && isDone.get(id)?.status !== "done" && performance.now() < deadline)
        Bun.sleepSync(5);
    },
  });
  expect((await dispatcher.tick()).spawned).toHaveLength(1);
  dispatcher.close();
  expect(await scene.kinds(id)).toEqual(["created", "claimed", "completed"]);
  expect(await scene.store.requireTask(id)).toMatchObject({ status: "done", workerPid: null });
  expect((await scene.store.listRuns(id))[0]?.workerPid).toBeNull();
});

test("W11: a worker that starts long after the last heartbeat of its task is not taken for a silent one", async () => {
  const config = '[profiles.beating]\ncommand = ["sh", "{body_file}"]\nstale_after = "1h"\ngrace = "100ms"\n';
  using scene = await Scene.open(config);
  const id = await scene.create(`echo ready; ${scene.gate()}`, { assignee: "beating" });
  const [first] = (await scene.tick()).spawned;
  await scene.said(first?.runId, "ready\n");
  await scene.store.heartbeat(id, { leaseMs }, { ...person, force: true });
  await scene.store.pause({ scope: "board", untilAtMs: null, reason: "for long" });
  await scene.store.reclaimTask(id, null, person);
  await scene.tickUntil("it is taken back", (report) => report.reclaimed.length > 0);
  scene.clock.pass(50 * leaseMs);
  await scene.store.resume("board");
  const [next] = (await scene.tick()).spawned;
  await scene.said(next?.runId, "ready\n");
  for (let round = 0; round < 3; round++) {
    const report = await scene.tick();
    expect([report.stale, report.timedOut, report.held]).toEqual([[], [], []]);
  }
  const [live] = await scene.store.listLiveRuns();
  expect(live).toMatchObject({ runId: next?.runId ?? 0, isOpen: true, stop: null });
  scene.clock.pass(3_700_000); // and is, when it has been silent itself for that long
  await scene.store.pause({ scope: "board", untilAtMs: null, reason: "the end" });
  await scene.tickUntil("it is stale", (report) => report.stale.length > 0);
});

test("W17: a dispatcher that knows of nothing reads 75 as a rate limit and 3 as 3", async () => {
  const kanbun = await CommandLine.init();
  const gate = join(kanbun.home, "gate");
  const wait = `until [ -e '${gate}' ]; do sleep 0.02; done`;
  const [limited, failed] = [
    await kanbun.create("x", "--run", `${wait}; exit 75`),
    await kanbun.create("y", "--run", `${wait}; exit 3`, "--max-retries", "1"),
  ];
  await kanbun.ok("dispatch");
  await Bun.write(gate, "");
  await eventually("both are over", async () => {
    await kanbun.ok("dispatch", "--max", "0", "--exit-zero");
    await using store = await kanbun.open();
    return (await store.listLiveRuns()).length === 0;
  });
  await using store = await kanbun.open();
  expect(await store.listRuns(limited)).toMatchObject([{ outcome: "rate_limited" }]);
  expect(await store.listRuns(failed)).toMatchObject([{ outcome: "crashed", error: "exit code 3" }]);
});

test("W18: a retry has its own launch grace, however long ago its task was first started", async () => {
  using scene = await Scene.open('[dispatch]\nlaunch_grace = "20s"\n');
  const id = await scene.create("exit 0");
  scene.sql("UPDATE tasks SET started_at = 1 WHERE id = ?", id);
  await scene.claimAndDie(1);
  expect((await scene.tick()).held).toMatchObject([{ taskId: id, reason: "launching" }]);
  scene.clock.pass(15_000);
  expect((await scene.tick()).held).toMatchObject([{ taskId: id, reason: "launching" }]);
  scene.clock.pass(6_000);
  expect((await scene.tick()).interrupted).toMatchObject([{ taskId: id }]);
});

test("W19: a person who heartbeats keeps the claim, one who stops loses it when the lease is over", async () => {
  using scene = await Scene.open();
  const { task } = await scene.store.createTask({ title: "by hand" }, person);
  await scene.store.claimTask(task.id, { host: thisHost(), leaseMs }, person);
  for (let round = 0; round < 4; round++) {
    scene.clock.pass(leaseMs - 60_000);
    expect((await scene.tick()).reclaimed).toEqual([]);
    await scene.store.heartbeat(task.id, { leaseMs }, person);
  }
  scene.clock.pass(leaseMs + 2_000);
  expect((await scene.tick()).reclaimed).toMatchObject([{ taskId: task.id, status: "ready" }]);
});

test("W20: a person who completes what a worker is at says so, and the board says who it was", async () => {
  using scene = await Scene.open();
  const id = await scene.create(scene.gate());
  await scene.tick();
  const complete = async (...more: string[]) => {
    const command = [...kanbunCommand, "complete", id, "--as", "ada", "--json", ...more];
    const env = { PATH: process.env.PATH ?? "", HOME: scene.home, KANBUN_HOME: scene.home };
    return JSON.parse(await Bun.spawn(command, { env, stdin: "ignore" }).stdout.text());
  };
  expect((await complete()).error.kind).toBe("conflict");
  expect((await scene.store.requireTask(id)).status).toBe("running");
  expect((await complete("--force")).data.worker).toBe("gone");
  const completed = (await scene.store.listEvents({ taskId: id })).find((one) => one.kind === "completed");
  expect(completed?.payload).toMatchObject({ actor: "ada" });
});

test("W21: a review whose reviewer crashes is reviewed again, and the work is not done again", async () => {
  const config = `[dispatch]\nretry_delay = "1ms"\n[profiles.critic]\ncommand = ["sh", "{body_file}"]
completes = "by-verdict"\n`;
  using scene = await Scene.open(config);
  const tried = join(scene.home, "tried");
  const id = await scene.create(`mkdir '${tried}' 2>/dev/null && exit 1; kanbun approve`);
  await scene.store.requestReview(id, { reviewer: "critic", summary: "made", metadata: null }, person);
  await scene.tickUntil("it is approved", async () => (await scene.store.requireTask(id)).status === "done");
  const runs = await scene.store.listRuns(id);
  // What a person says while handing in is kept as a run of its own.
  expect(runs.map((run) => run.profile)).toEqual([null, "critic", "critic"]);
  expect(runs.map((run) => run.outcome)).toEqual(["review_requested", "crashed", "completed"]);
});
