import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { probeProcess, probeRoot, whyNoTrees } from "../../native-shims/index.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { makeTestBoard, person, type TestBoard } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { processesOf } from "../support/processes.ts";
import { createShellTask, runAll } from "../support/run-all.ts";

const config = `
[dispatch]
max_in_progress = 8
retry_delay = "10ms"
launch_grace = "100ms"
[profiles.shell]
grace = "100ms"
`;

/** Takes part in the record of who works when, outside the home: `mkdir` fails for a second live worker. */
const alone = (outside: string, work: string) => `
  mkdir ${outside}/live || { echo two >>${outside}/violations; exit 1; }
  trap 'rmdir ${outside}/live; exit 143' TERM
  echo start >>${outside}/starts
  ${work}
  rmdir ${outside}/live`;

const waitFor = (file: string) => `until [ -e ${file} ]; do sleep 0.02; done`;

async function outcomesOf({ store }: TestBoard, task: string) {
  return (await store.listRuns(task)).map((run) => run.outcome);
}

for (const whose of ["the one that started it", "another"] as const)
  test(`X55: a worker whose run folder is removed works on, and is ${whose === "another" ? "said to have run by" : "done for"} ${whose}`, async () => {
    const outside = makeTestHome();
    const board = await makeTestBoard({ config });
    const work = `[ -e ${outside}/second ] || { touch ${outside}/second; ${waitFor(`${outside}/go`)}; }`;
    const task = await createShellTask(board, alone(outside, work));
    let dispatcher = new Dispatcher(board.context);
    await dispatcher.tick();
    await eventually("the worker works", () => existsSync(join(outside, "second")));
    const [{ process: shim } = { process: null }] = await board.store.listLiveRuns();
    rmSync(board.context.paths.runs, { recursive: true });
    if (whose === "another") {
      dispatcher.close();
      dispatcher = new Dispatcher(board.context);
    }
    const deadlineMs = performance.now() + 400; // longer than any launch grace
    while (performance.now() < deadlineMs) await dispatcher.tick();
    expect(await outcomesOf(board, task)).toEqual([null]);
    writeFileSync(join(outside, "go"), "");
    if (shim === null) throw new Error("its shim was not recorded");
    await eventually("its shim has ended", () => probeProcess(shim) === "dead");
    await dispatcher.tick();
    dispatcher.close();
    await runAll(board);
    expect(existsSync(join(outside, "violations"))).toBe(false);
    const isKnown = whose === "the one that started it";
    expect(await outcomesOf(board, task)).toEqual(isKnown ? ["completed"] : ["crashed", "completed"]);
    const error = (await board.store.listRuns(task))[0]?.error ?? "";
    expect(error).toContain(
      isKnown ? "" : "it ran, and how it ended is not known: its run folder was removed",
    );
    await eventually("no process is left", () => processesOf(board.home).length === 0);
  });

for (const [what, leave, removes] of [
  ["removes its run folder and leaves a process that ends", "sleep 0.1 &", true],
  ["removes its run folder and leaves a process that stays", "sleep 600 &", true],
  ["stops its shim", "kill -STOP $PPID", false],
] as const)
  for (const whose of ["the one that started it", "another"] as const)
    test.skipIf(whyNoTrees() !== null)(
      `a run whose worker ${what} is over for ${whose}, and frees its task`,
      async () => {
        const board = await makeTestBoard({ config });
        const removal = removes ? `rm -r ${board.context.paths.runs}/$KANBUN_RUN` : "";
        const task = await createShellTask(board, `${removal}\n${leave}\nexit 0`, { maxRetries: 1 });
        const dispatcher = new Dispatcher(board.context);
        await dispatcher.tick();
        const [{ process: shim } = { process: null }] = await board.store.listLiveRuns();
        if (shim === null) throw new Error("its shim was not recorded");
        await eventually("its shim is stopped", () => probeRoot(shim) === "stopped");
        if (whose === "another") dispatcher.close();
        const judge = whose === "another" ? new Dispatcher(board.context) : dispatcher;
        await eventually("its run is over", async () => {
          await judge.tick();
          return (await outcomesOf(board, task))[0] !== null;
        });
        expect(await outcomesOf(board, task)).toEqual([
          removes && whose === "another" ? "crashed" : "completed",
        ]);
        await eventually("no process is left", async () => {
          await judge.tick();
          return processesOf(board.home).length === 0;
        });
        judge.close();
      },
    );

test("a worker whose run folder is removed still gives its verdict", async () => {
  const outside = makeTestHome();
  const board = await makeTestBoard({
    config: `${config.replace("100ms", "10s")}\n[profiles.verdict]\ncommand = ["sh", "-c", "{body}"]\ncompletes = "by-verdict"\n`,
  });
  const body = `touch ${outside}/begun; ${waitFor(`${outside}/go`)}; kanbun complete --summary whole`;
  const { task } = await board.store.createTask({ title: "t", body, assignee: "verdict" }, person);
  const dispatcher = new Dispatcher(board.context);
  await dispatcher.tick();
  await eventually("the worker works", () => existsSync(join(outside, "begun")));
  rmSync(board.context.paths.runs, { recursive: true });
  writeFileSync(join(outside, "go"), "");
  await eventually("it is done and gone", async () => {
    await dispatcher.tick();
    return (await board.store.listLiveRuns()).length === 0;
  });
  dispatcher.close();
  expect(await outcomesOf(board, task.id)).toEqual(["completed"]);
});

test("a worker that removes its own workspace fails or succeeds as it says, and the next one has a new one", async () => {
  const outside = makeTestHome();
  const board = await makeTestBoard({ config });
  const first = `rm -rf "$KANBUN_WORKSPACE"; [ -e ${outside}/second ] || { touch ${outside}/second; exit 3; }`;
  const task = await createShellTask(
    board,
    `[ "$PWD" = "$KANBUN_WORKSPACE" ] && [ -d . ] || exit 9\n${first}`,
  );
  await runAll(board);
  expect(await outcomesOf(board, task)).toEqual(["crashed", "completed"]);
  expect((await board.store.listRuns(task))[0]?.error).toContain("exit code 3");
});

test("a home that is removed under a worker is not made again, nothing beside it is touched, and a new one starts afresh", async () => {
  const outside = makeTestHome();
  const parent = makeTestHome();
  const home = join(parent, "home");
  mkdirSync(home);
  writeFileSync(join(parent, "beside"), "mine");
  const board = await makeTestBoard({ config, home });
  await createShellTask(board, `touch ${outside}/begun; ${waitFor(`${outside}/go`)}; touch ${outside}/over`);
  const dispatcher = new Dispatcher(board.context);
  await dispatcher.tick();
  await eventually("the worker works", () => existsSync(join(outside, "begun")));
  rmSync(home, { recursive: true });
  for (let tries = 0; tries < 3; tries++)
    expect(await dispatcher.tick().catch((error: unknown) => (error as Error).name)).toBe("LockError");
  expect(readdirSync(parent)).toEqual(["beside"]);

  // What was known of the worker is gone with the home: it is left alone, and ends by itself.
  mkdirSync(home);
  const fresh = await makeTestBoard({ config, home });
  await expect(dispatcher.tick()).rejects.toThrow("was moved or replaced");
  const task = await createShellTask(fresh, "exit 0");
  await runAll(fresh);
  expect(await outcomesOf(fresh, task)).toEqual(["completed"]);
  expect(processesOf(home).length).toBeGreaterThan(0);
  writeFileSync(join(outside, "go"), "");
  await eventually("the old worker ends", () => processesOf(home).length === 0);
  expect(existsSync(join(outside, "over"))).toBe(true);
  expect(readdirSync(parent).sort()).toEqual(["beside", "home"]);
  expect(await Bun.file(join(parent, "beside")).text()).toBe("mine");
  dispatcher.close();
});
