import { expect, test } from "bun:test";
import type { TickReport } from "../../src/dispatcher/report/report.ts";
import { CommandLine } from "../cli/command-line.ts";
import { person } from "../support/board.ts";
import { runAll } from "../support/run-all.ts";
import { Scene } from "./scene.ts";

const config = '[dispatch]\nmax_in_progress = 1\nretry_delay = "10ms"\n[profiles.shell]\ngrace = "300ms"\n';
const wide = config.replace("max_in_progress = 1", "max_in_progress = 4");

/** Another program's trigger: what it does with each change of these rows. */
function refuse(scene: Scene, name: string, on: string, does = "RAISE(ABORT, 'only I touch it')"): void {
  scene.sql(`CREATE TRIGGER "${name}" BEFORE ${on} BEGIN SELECT ${does}; END`);
}

/** The only finding of these ticks. */
function findingOf(reports: readonly TickReport[]) {
  const findings = reports.flatMap((report) => report.findings);
  expect(findings).toHaveLength(1);
  return findings[0];
}

for (const [how, does, says] of [
  ["refuses", "RAISE(ABORT, 'only I touch it')", "only I touch it"],
  ["half undoes", "RAISE(FAIL, 'only I touch it')", "only I touch it"],
  ["passes over", "RAISE(IGNORE)", "still as"],
  ["fails at", "json('{')", "malformed JSON"],
] as const)
  test(`X3: a task whose row another program's trigger ${how} is not claimed and is named; all others of the one slot are done`, async () => {
    const scene = await Scene.open(config);
    const first = await scene.create("true", { priority: 9 });
    const others = [await scene.create("true"), await scene.create("true")];
    refuse(scene, "mine", `UPDATE ON tasks WHEN old.id = '${first}'`, does);
    const reports = await runAll(scene.board);
    for (const id of others) expect((await scene.store.requireTask(id)).status).toBe("done");
    const task = await scene.store.requireTask(first);
    expect([task.status, await scene.outcomes(first), await scene.kinds(first)]).toEqual([
      "ready",
      [],
      ["created"],
    ]);
    const finding = findingOf(reports);
    expect(finding).toMatchObject({ about: "board", taskId: first, runId: null });
    expect(finding?.detail).toContain(says);
    expect(reports.at(-1)?.held).toMatchObject([{ taskId: first, reason: "refused" }]);
    const { detail } = (await new CommandLine(scene.home).json(["explain", first])).data;
    expect(detail).toContain("unless a trigger of another program refuses it: mine on tasks");
    scene.sql("DROP TRIGGER mine");
    await runAll(scene.board);
    expect((await scene.store.requireTask(first)).status).toBe("done");
  });

test("X3: a run whose end another program's trigger refuses stays open and is named; others that ended with it are closed, and nothing waits for it", async () => {
  const scene = await Scene.open(wide);
  const refused = await scene.create(scene.gate());
  const others = [await scene.create(scene.gate()), await scene.create(`${scene.gate()}; exit 1`)];
  await scene.tick();
  const [run] = await scene.store.listRuns(refused);
  refuse(scene, "mine", `UPDATE ON task_runs WHEN old.id = ${run?.id}`);
  scene.openGate();
  for (const id of [refused, ...others])
    await scene.ended((await scene.store.listRuns(id)).find(({ taskId }) => taskId === id)?.id);
  const reports = await runAll(scene.board);
  expect(await scene.outcomes(others[0] ?? "")).toEqual(["completed"]);
  expect((await scene.outcomes(others[1] ?? "")).at(0)).toBe("crashed");
  expect((await scene.store.requireTask(refused)).status).toBe("running");
  expect(findingOf(reports)).toMatchObject({ taskId: refused, runId: run?.id });
  expect(reports.at(-1)?.held).toMatchObject([{ taskId: refused, reason: "unrecorded" }]);
  const { detail } = (await new CommandLine(scene.home).json(["explain", refused])).data;
  expect(detail).toMatch(
    /records the outcome.*, unless a trigger of another program refuses it: mine on task_runs/,
  );
  scene.sql("DROP TRIGGER mine");
  await runAll(scene.board);
  expect(await scene.outcomes(refused)).toEqual(["completed"]);
});

test("X3: a child, a due task and a repeat that a trigger refuses keep no parent, no other child and no other due task from going on", async () => {
  const scene = await Scene.open(wide);
  const parent = await scene.create("true");
  const dueAtMs = scene.clock.nowMs() + 1;
  const [child, due] = [
    await scene.create("true", { parents: [parent] }),
    await scene.create("true", { dueAtMs }),
  ];
  const free = [await scene.create("true", { parents: [parent] }), await scene.create("true", { dueAtMs })];
  refuse(scene, "mine", `UPDATE ON tasks WHEN old.id IN ('${child}', '${due}')`);
  scene.clock.pass(10);
  const reports = await runAll(scene.board);
  for (const id of [parent, ...free]) expect((await scene.store.requireTask(id)).status).toBe("done");
  expect((await scene.store.requireTask(child)).status).toBe("todo");
  expect((await scene.store.requireTask(due)).status).toBe("scheduled");
  const repeat = {
    times: "0 * * * *",
    timeZone: "UTC",
    overlap: "allow",
    task: { title: "r", body: "true", assignee: "shell" },
  } as const;
  const [bad, good] = [
    await scene.store.addRepeat(repeat, person),
    await scene.store.addRepeat(repeat, person),
  ];
  refuse(scene, "his", `UPDATE ON kanbun_repeats WHEN old.id = ${bad.id}`);
  scene.clock.pass(3_600_000);
  const repeated = await runAll(scene.board);
  expect(repeated.flatMap((report) => report.repeated.map(({ repeatId }) => repeatId))).toEqual([good.id]);
  expect(repeated.flatMap((report) => report.findings.map(({ detail }) => detail)).join()).toContain(
    `the repeating task ${bad.id} was refused`,
  );
  const findings = reports.flatMap((report) => report.findings);
  expect(new Set(findings.map(({ detail }) => detail)).size).toBe(findings.length);
  const named = reports.flatMap((report) => report.findings.map(({ detail }) => detail)).join("\n");
  for (const id of [child, due]) expect(named).toContain(id);
});

for (const [how, does] of [
  ["refuse every claim", "RAISE(ABORT, 'only I touch it')"],
  ["have a trigger with a function that Kanbun lacks", "only_i_have_it(1)"],
] as const)
  test(`X3: where the tables ${how}, one finding says so, and what ended is closed all the same`, async () => {
    const scene = await Scene.open(wide);
    const before = await scene.create(scene.gate());
    await scene.tick();
    for (let at = 0; at < 120; at++) await scene.create("true");
    refuse(scene, "mine", "INSERT ON task_runs", does);
    scene.openGate();
    const reports = await runAll(scene.board);
    expect(await scene.outcomes(before)).toEqual(["completed"]);
    const texts = reports.flatMap((report) => report.findings.map(({ detail }) => detail));
    expect(texts).toHaveLength(1);
    expect(texts[0]).toMatch(
      /^what was to be written of (t_\w+, ){2}t_\w+ and 97 more was refused: .*only(_| )[iI](_have_it| touch it)/,
    );
  });

test("X3: what is refused is told once, whatever else is refused later on", async () => {
  const scene = await Scene.open(wide);
  const first = await scene.create("true");
  refuse(scene, "mine", "INSERT ON task_runs");
  const before = await scene.tick();
  const second = await scene.create("true");
  const after = await scene.tick();
  expect([before, after].map(({ findings }) => findings.map(({ taskId }) => taskId))).toEqual([
    [first],
    [second],
  ]);
});

test("X3: a parent that a person finishes, of a child that a trigger refuses, stays as it is, and the person is told", async () => {
  const scene = await Scene.open(wide);
  const parent = await scene.create("true");
  const child = await scene.create("true", { parents: [parent] });
  refuse(scene, "mine", `UPDATE ON tasks WHEN old.id = '${child}'`);
  await expect(scene.store.completeTask(parent, {}, person)).rejects.toThrow(`${child}: `);
  expect((await scene.store.requireTask(parent)).status).toBe("ready");
});

test("X3: `kanbun run` ends in an error where the tables refuse its task", async () => {
  const scene = await Scene.open(wide);
  refuse(scene, "mine", "INSERT ON task_runs");
  const { code, stderr } = await new CommandLine(scene.home).run(["run", "true"]);
  expect([code, stderr.includes("only I touch it")]).toEqual([1, true]);
});
