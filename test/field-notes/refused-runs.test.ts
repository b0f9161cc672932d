import { expect, test } from "bun:test";
import { runAll } from "../support/run-all.ts";
import { Scene } from "./scene.ts";

const config = '[dispatch]\nretry_delay = "10ms"\nmax_in_progress = 4\n[profiles.shell]\ngrace = "300ms"\n';

/** Another program's trigger: what it does with each change of these rows. */
function refuse(scene: Scene, on: string, does = "RAISE(ABORT, 'only I touch it')"): void {
  scene.sql(`CREATE TRIGGER mine BEFORE ${on} BEGIN SELECT ${does}; END`);
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
