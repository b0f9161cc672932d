import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identifyProcess } from "../../../native-shims/index.ts";
import { Dispatcher } from "../../../src/dispatcher/dispatcher.ts";
import { RunDirectory } from "../../../src/worker/run-directory.ts";
import { signalRun } from "../../../src/worker/tree/stop.ts";
import { makeTestBoard, person } from "../../support/board.ts";
import { eventually } from "../../support/eventually.ts";
import { makeTestHome } from "../../support/home.ts";
import { processesOf } from "../../support/processes.ts";
import { createShellTask } from "../../support/run-all.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";

test("a worker that double-forks, leaves its session and ignores TERM is gone after a cancel and its grace", async () => {
  const board = await makeTestBoard();
  const body =
    "trap '' TERM; (setsid nohup sh -c \"trap '' TERM; while :; do sleep 1; done\" >/dev/null 2>&1 &) ; while :; do sleep 1; done";
  const id = await createShellTask(board, body);
  const dispatcher = new Dispatcher(board.context);
  await dispatcher.tick();
  await eventually("worker and escaped child", () => processesOf(board.home).length >= 5);
  await board.store.cancelTask(id, null, person);
  const next = await createShellTask(board, "exit 0");
  await eventually("all of them are gone", async () => {
    await dispatcher.tick();
    return processesOf(board.home).length === 0;
  });
  // The end of one worker keeps no one waiting.
  await eventually("the other task is done", async () => {
    await dispatcher.tick();
    return (await board.store.requireTask(next)).status === "done";
  });
  dispatcher.close();
});

test.skipIf(lacksOnWindows("signals"))(
  "a shim is told to end where no one is below it, and not where that can't be told",
  async () => {
    await using shim = Bun.spawn([
      "sh",
      "-c",
      "trap 'echo told; exit' TERM; echo ready; while :; do sleep 0.1; done",
    ]);
    const said = shim.stdout.getReader();
    const read = async () => new TextDecoder().decode((await said.read()).value);
    expect(await read()).toBe("ready\n");
    const tree = { token: "no one's", shim: identifyProcess(shim.pid), isRoot: true };
    signalRun(tree, "SIGKILL", () => null);
    signalRun(tree, "SIGTERM", () => []);
    expect(await read()).toBe("told\n");
  },
);

test("a run folder with something strange in it is read as one that says nothing", () => {
  const runs = makeTestHome();
  const directory = new RunDirectory(runs, 1, "token");
  expect(directory.readStart()).toMatchObject({ fence: "open", shim: null, flaw: null });
  mkdirSync(join(runs, "1", "start"), { recursive: true });
  mkdirSync(join(runs, "1", "exit"));
  expect(directory.readStart()).toMatchObject({ fence: "won", shim: null });
  expect(directory.readStart().flaw).toContain("is no file");
  expect(directory.readEnd()).toMatchObject({ exit: null, isOver: false, hasRoom: false });
  expect(directory.readEnd().flaw).toContain("is no file");
  expect(directory.tryGiveUpStart()).toBe(false);
  expect(directory.readLogTail()).toBe("");
});

test.each([
  ["0 token\n", { code: 0, note: null }],
  ["143 signalled token\n", { code: 143, note: "signalled" }],
  ["0 another\n", null],
  ["1 cwd another\n", null],
  ["0 token", null],
  ["0\n", { code: 0, note: null }],
  ["143 signalled\n", { code: 143, note: "signalled" }],
  ["1 worktree\n", { code: 1, note: "worktree" }],
  ["0", null],
  ["", null],
  ["0\n0\n", null],
  ["done\n", null],
  ["0 token over\n", { code: 0, note: null }],
  [`0 token over\n${" ".repeat(50)}`, { code: 0, note: null }],
  [" ".repeat(79), null],
])("an exit record that says %p is read as %p", (text, record) => {
  const directory = new RunDirectory(makeTestHome(), 1, "token");
  directory.make();
  writeFileSync(join(directory.path, "exit"), text);
  const end = directory.readEnd();
  expect(end.exit).toEqual(record as typeof end.exit);
  expect([end.isOver, end.hasRoom]).toEqual([
    text.includes("over"),
    text !== "" && !text.includes("another"),
  ]);
});
