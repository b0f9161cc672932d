import { expect, test } from "bun:test";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { BoardWatch } from "../../src/dispatcher/resident/board-watch.ts";
import { runAll } from "../support/run-all.ts";
import { Scene } from "./scene.ts";

const config = '[dispatch]\nretry_delay = "10ms"\nmax_in_progress = 4\n[profiles.shell]\ngrace = "300ms"\n';

/** Another program's trigger: what it does with each change of these rows. */
function refuse(scene: Scene, on: string, does = "RAISE(ABORT, 'only I touch it')"): void {
  scene.sql(`CREATE TRIGGER mine BEFORE ${on} BEGIN SELECT ${does}; END`);
}

test("X3: a worker whose stop can't be written down is told nothing and not said to be stopped, until it can", async () => {
  const scene = await Scene.open(config);
  const id = await scene.create(`trap 'echo told; exit 1' TERM; ${scene.gate()}`, { maxRuntimeMs: 60_000 });
  await scene.tick();
  const [run] = await scene.store.listRuns(id);
  refuse(scene, "UPDATE OF stop_reason ON kanbun_runs");
  scene.clock.pass(120_000);
  const [first, second] = [await scene.tick(), await scene.tick()];
  expect(first?.findings).toMatchObject([{ taskId: id, runId: run?.id }]);
  expect([first, second].flatMap((report) => report?.held)).toEqual([]);
  expect(await Bun.file(scene.runPath(run?.id, "output.log")).text()).toBe("");
  scene.sql("DROP TRIGGER mine");
  const reports = await scene.tickUntil("it is stopped", (report) => report.timedOut.length > 0);
  expect(reports[0]?.held).toMatchObject([{ taskId: id, reason: "stopping" }]);
  expect(await scene.kinds(id)).toContain("stop_requested");
});

test("X3: a worker whose lease can't be renewed is waited for as any other", async () => {
  const scene = await Scene.open(config);
  const id = await scene.create(scene.gate());
  await scene.tick();
  refuse(scene, "UPDATE OF claim_expires ON task_runs WHEN new.claim_expires IS NOT NULL");
  scene.clock.pass(50 * 60_000);
  const reports = await runAll(scene.board, 0, {
    onReport: (_, { length }) => length === 3 && scene.openGate(),
  });
  expect(reports.flatMap(({ findings }) => findings)).toMatchObject([{ taskId: id }]);
  expect((await scene.store.requireTask(id)).status).toBe("done");
});

for (const [how, does] of [
  ["refuses", "RAISE(ABORT, 'only I touch it')"],
  ["passes over", "RAISE(IGNORE)"],
] as const) {
  test(`X3: a run whose slot a trigger ${how} to free is not told to be completed again and again`, async () => {
    const scene = await Scene.open(config);
    const id = await scene.create(scene.gate());
    await scene.tick();
    const [live] = await scene.store.listLiveRuns();
    const own = { runId: live?.runId ?? 0, token: live?.token ?? "" };
    await scene.store.completeTask(id, {}, { actor: "worker:shell", run: own });
    refuse(scene, "UPDATE OF gone_at_ms ON kanbun_runs", does);
    scene.openGate();
    await scene.ended(live?.runId);
    const reports = await runAll(scene.board, 0, {
      onReport: (_, { length }) => expect(length).toBeLessThan(50),
    });
    expect(reports.flatMap(({ completed }) => completed)).toEqual([]);
    expect(reports.at(-1)?.held).toMatchObject([{ taskId: id, reason: "unrecorded" }]);
    scene.sql("DROP TRIGGER mine");
    expect((await runAll(scene.board)).flatMap(({ completed }) => completed)).toMatchObject([{ taskId: id }]);
  });
}

for (const table of ["task_runs", "kanbun_runs"])
  test(`X3: a task whose row of ${table} a trigger passes over is not started`, async () => {
    const scene = await Scene.open(config);
    const [id, other] = [await scene.create("true"), await scene.create("true")];
    refuse(scene, `INSERT ON ${table} WHEN new.task_id = '${id}'`, "RAISE(IGNORE)");
    const reports = await runAll(scene.board);
    expect((await scene.store.requireTask(other)).status).toBe("done");
    expect((await scene.store.requireTask(id)).status).toBe("ready");
    expect(reports.at(-1)?.held).toMatchObject([{ taskId: id, reason: "refused" }]);
  });

for (const [how, body] of [
  ["completed", ""],
  ["failed", "; exit 1"],
] as const)
  test(`X3: a task that ${how}, and whose row a trigger passes over, is not told to have`, async () => {
    const scene = await Scene.open(config);
    const id = await scene.create(scene.gate() + body);
    await scene.tick();
    refuse(scene, "UPDATE ON tasks", "RAISE(IGNORE)");
    scene.openGate();
    const reports = await runAll(scene.board);
    expect(reports.flatMap(({ completed, crashed }) => [...completed, ...crashed])).toEqual([]);
    expect(reports.at(-1)?.held).toMatchObject([{ taskId: id, reason: "unrecorded" }]);
    expect(await scene.outcomes(id)).toEqual([null]);
  });

test("X3: a start that failed, and can't be written down, is told by the tick that made it", async () => {
  const scene = await Scene.open('[profiles.shell]\ncommand = ["no-such-command"]\n');
  const id = await scene.create("true");
  refuse(scene, "UPDATE ON task_runs");
  expect((await scene.tick()).findings).toMatchObject([{ about: "board", taskId: id, runId: 1 }]);
});

test("X3: a resident makes a child ready that was refused to it, once nothing refuses it", async () => {
  const scene = await Scene.open(config);
  const parent = await scene.create(scene.gate());
  const child = await scene.create("true", { parents: [parent] });
  const dispatcher = new Dispatcher(scene.board.context);
  const watch = new BoardWatch(dispatcher, {
    nowMs: () => Date.now(),
    intervalMs: 60_000,
    onReport: () => {},
    onError: (_, error) => {
      throw error;
    },
  });
  const turn = () => {
    watch.wake();
    return watch.turn();
  };
  try {
    await turn();
    refuse(scene, `UPDATE ON tasks WHEN old.id = '${child}'`);
    scene.openGate();
    await scene.ended((await scene.store.listRuns(parent))[0]?.id);
    expect((await turn())?.completed).toHaveLength(1);
    expect((await turn())?.held).toMatchObject([{ taskId: child, reason: "refused" }]);
    scene.sql("DROP TRIGGER mine");
    expect((await turn())?.promoted).toEqual([child]);
  } finally {
    await dispatcher.close();
  }
  await runAll(scene.board);
});

test("X3: a child that is refused both as its parent's and as one that waits for nothing is held once", async () => {
  const scene = await Scene.open(config);
  const parent = await scene.create(scene.gate());
  const child = await scene.create("true", { parents: [parent] });
  await scene.tick();
  refuse(scene, `UPDATE ON tasks WHEN old.id = '${child}'`);
  scene.openGate();
  await scene.ended((await scene.store.listRuns(parent))[0]?.id);
  expect((await scene.tick({ reconcile: true })).held).toMatchObject([{ taskId: child, reason: "refused" }]);
});
