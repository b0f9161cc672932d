import { expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createConfigReader } from "../../src/system/config/config.ts";
import { CommandLine } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";
import { lacksOnWindows } from "../windows/left-out.ts";
import { Scene } from "./scene.ts";

const sound =
  '[dispatch]\nretry_delay = "1h"\n[profiles.words]\ncommand = ["true"]\ncompletes = "by-verdict"\n';

async function open(config = sound): Promise<CommandLine> {
  const kanbun = await CommandLine.init(config);
  return kanbun;
}

function configure(kanbun: CommandLine, text: string): void {
  writeFileSync(join(kanbun.home, "kanbun.toml"), text);
}

/** One of each kind of mistake that is the whole file's. */
const faults: readonly (readonly [string, (kanbun: CommandLine) => void])[] = [
  ["a syntax error", (kanbun) => configure(kanbun, "[dispatch\n")],
  ["an unknown key", (kanbun) => configure(kanbun, `retries = 3\n${sound}`)],
  ["a value that can't be used", (kanbun) => configure(kanbun, "[dispatch]\nmax_in_progress = 0\n")],
  ["writable by everybody", (kanbun) => chmodSync(join(kanbun.home, "kanbun.toml"), 0o666)],
];

for (const [name, spoil] of faults)
  test.skipIf(lacksOnWindows("permission bits"))(
    `I13: with a kanbun.toml that has ${name} a tick closes what ended and promotes, starts nothing, and says so everywhere`,
    async () => {
      const kanbun = await open();
      const first = await kanbun.create("first", "--run", "true");
      await kanbun.ok("dispatch");
      const child = await kanbun.create("child", "--run", "true", "--parent", first);
      const ready = await kanbun.create("ready", "--run", "true");
      await eventually("the worker has ended", async () => {
        const { data } = await kanbun.json(["explain", first]);
        return data.reason === "worker_ended";
      });
      spoil(kanbun);
      const { code, data } = await kanbun.json(["dispatch"]);
      const [report] = data.boards;
      expect(code).toBe(1);
      expect(report).toMatchObject({ spawned: [], completed: [{ task_id: first }], promoted: [child] });
      const file = join(kanbun.home, "kanbun.toml");
      expect(report.findings).toMatchObject([{ about: "configuration", task_id: null, path: file }]);
      expect(report.findings[0].detail).toContain(`nothing is started: ${file}`);
      expect(report.held).toMatchObject([
        { task_id: child, reason: "bad_configuration" },
        { task_id: ready, reason: "bad_configuration" },
      ]);
      const people = await kanbun.run(["dispatch"]);
      expect(people).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`nothing is started: ${file}`),
      });
      const hold = (await kanbun.json(["explain", ready])).data;
      expect(hold).toMatchObject({ reason: "bad_configuration", command: null });
      expect(hold.detail).toContain(file);
      const status = (await kanbun.json(["status"])).data;
      expect(status.configuration).toMatchObject([{ path: file }]);
      expect(status.by_hold).toMatchObject({ bad_configuration: 2 });
      const doctor = await kanbun.json(["doctor"]);
      expect(doctor.code).toBe(1);
      const check = doctor.data.checks.find((one: { check: string }) => one.check === "configuration");
      expect(check).toMatchObject({ status: "problem", detail: expect.stringContaining(file) });
      expect((await kanbun.run(["dispatch", "--until-idle"])).code).toBe(1);
      chmodSync(file, 0o600);
      configure(kanbun, sound);
      expect((await kanbun.run(["dispatch", "--until-idle"])).code).toBe(0);
      expect((await kanbun.task(ready)).status).toBe("done");
    },
  );

test("I13: a profile with a mistake holds its own tasks alone", async () => {
  const kanbun = await open();
  const typo = `${sound}[profiles.bad]\ncommand = ["true"]\nmax_retrys = 1\n[profiles.empty]\nstdin = "body"\n`;
  configure(kanbun, typo);
  const bad = await kanbun.create("bad", "--assignee", "bad", "--priority", "9");
  const empty = await kanbun.create("empty", "--assignee", "empty", "--priority", "8");
  const sane = await kanbun.create("sane", "--run", "true");
  const { code, data } = await kanbun.json(["dispatch"]);
  expect(code).toBe(1);
  expect(data.boards[0].spawned).toMatchObject([{ task_id: sane }]);
  const details = data.boards[0].findings.map((one: { detail: string }) => one.detail);
  expect(details).toEqual([
    expect.stringMatching(
      /^no task of the profile bad is started: .*kanbun\.toml:8: profiles\.bad\.max_retrys/,
    ),
    expect.stringMatching(/^no task of the profile empty is started: .*profiles\.empty\.command/),
  ]);
  for (const [id, key] of [
    [bad, "profiles.bad.max_retrys"],
    [empty, "profiles.empty.command"],
  ] as const) {
    const hold = (await kanbun.json(["explain", id])).data;
    expect(hold).toMatchObject({ reason: "bad_configuration" });
    expect(hold.detail).toContain(key);
  }
  const { checks } = (await kanbun.json(["doctor"])).data;
  const problems = checks.filter((one: { status: string }) => one.status === "problem");
  expect(problems.map((one: { check: string }) => one.check)).toEqual(["profile:bad", "profile:empty"]);
});

test("I13: what a worker's exit means is not guessed where its profile can't be read: it waits, is told, and is idle", async () => {
  const kanbun = await open();
  const id = await kanbun.create("x", "--assignee", "words");
  await kanbun.ok("dispatch");
  await eventually("the worker has ended", async () => {
    return (await kanbun.json(["explain", id])).data.reason === "worker_ended";
  });
  configure(kanbun, "[dispatch\n");
  const [report] = (await kanbun.json(["dispatch"])).data.boards;
  expect(report.completed).toEqual([]);
  expect(report.held).toMatchObject([{ task_id: id, reason: "unconfigured" }]);
  const hold = (await kanbun.json(["explain", id])).data;
  expect(hold).toMatchObject({ reason: "worker_ended", detail: expect.stringContaining("can't be read") });
  expect((await kanbun.run(["dispatch", "--until-idle"])).code).toBe(1);
  configure(kanbun, sound);
  const [later] = (await kanbun.json(["dispatch"])).data.boards;
  expect(later.crashed).toMatchObject([{ task_id: id }]);
});

test("I13: a resident judges by the configuration as it last was sound, tells of the mistake once, and again when it is back", async () => {
  const file = (home: string) => join(home, "kanbun.toml");
  const config = '[profiles.words]\ncommand = ["sh", "{body_file}"]\ncompletes = "by-verdict"\n';
  let read = () => scene.board.context.loadConfig();
  const scene = await Scene.open(config, { loadConfig: () => read() });
  read = createConfigReader(scene.home);
  const id = await scene.create(scene.gate(), { assignee: "words" });
  await scene.tick();
  writeFileSync(file(scene.home), "[dispatch\n");
  const told = (await scene.tickUntil("it is told", (report) => report.findings.length > 0)).at(-1);
  expect(told?.findings).toMatchObject([{ about: "configuration" }]);
  scene.openGate();
  const reports = await scene.tickUntil("it is judged", (report) => report.crashed.length > 0);
  expect(reports.flatMap((report) => report.findings)).toEqual([]);
  expect(await scene.outcomes(id)).toEqual(["crashed"]);
  writeFileSync(file(scene.home), config);
  expect((await scene.tick()).findings).toEqual([]);
  writeFileSync(file(scene.home), "[dispatch\n");
  expect((await scene.tick()).findings).toMatchObject([{ about: "configuration" }]);
});

test("I13: a damaged board.json keeps its own board alone from starting tasks, and is told", async () => {
  const kanbun = await open();
  await kanbun.ok("boards", "create", "shop");
  const here = await kanbun.create("here", "--run", "true");
  const there = await kanbun.create("there", "--run", "true", "--board", "shop");
  writeFileSync(join(kanbun.home, "kanban", "boards", "shop", "board.json"), "{");
  const { code, data } = await kanbun.json(["dispatch"]);
  expect(code).toBe(1);
  const reports = new Map(data.boards.map((one: { board: string }) => [one.board, one]));
  expect(reports.get("default")).toMatchObject({ spawned: [{ task_id: here }], findings: [] });
  expect(reports.get("shop")).toMatchObject({ spawned: [], findings: [{ about: "board" }] });
  expect((await kanbun.json(["explain", there, "--board", "shop"])).code).toBe(0);
});

test("I13: what was started is told with the error where it can't be written down any more", async () => {
  const scene = await Scene.open(sound, {});
  const { context } = scene.board;
  const { Dispatcher } = await import("../../src/dispatcher/dispatcher.ts");
  const dispatcher = new Dispatcher({
    ...context,
    openStore: async (path) => {
      const store = await context.openStore(path);
      return Object.assign(store, {
        recordStarts: async () => {
          throw new Error("the disk is gone");
        },
      });
    },
  });
  const id = await scene.create("true");
  const report = await dispatcher.tick();
  dispatcher.close();
  expect(report.spawned).toMatchObject([{ taskId: id }]);
  expect(report.findings).toMatchObject([
    { about: "board", detail: "what was started could not be written down: the disk is gone" },
  ]);
  await scene.tickUntil("it is closed", (one) => one.completed.length > 0);
  expect(await scene.outcomes(id)).toEqual(["completed"]);
});
