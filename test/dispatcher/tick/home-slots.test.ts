import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryLockFile } from "../../../native-shims/index.ts";
import { Dispatcher } from "../../../src/dispatcher/dispatcher.ts";
import { makeDispatchContext } from "../../../src/home/dispatch/dispatch-context.ts";
import { makeTestBoard } from "../../support/board.ts";
import { eventually } from "../../support/eventually.ts";
import { withPosixShell } from "../../support/posix-shell.ts";
import { createShellTask } from "../../support/run-all.ts";

const config = "[dispatch]\nmax_in_progress = 3\n";

async function makeTwoBoards() {
  const first = await makeTestBoard({ config });
  const second = await makeTestBoard({ config, home: first.home, slug: "other" });
  const { home } = first;
  const dispatchers = ["default", "other"].map(
    (slug) => new Dispatcher(makeDispatchContext(home, slug, process.env)),
  );
  return { first, second, home, dispatchers };
}

test("boards that are ticked at the same moment share the slots of their home (W36)", async () => {
  const { first, second, home, dispatchers } = await makeTwoBoards();
  const wait = `until [ -e '${home}/go' ]; do sleep 0.02; done`;
  for (const board of [first, second]) for (let i = 0; i < 4; i++) await createShellTask(board, wait);
  const spawned: number[] = [];
  const done: number[] = [];
  const tickBoth = async () => {
    const reports = await Promise.all(dispatchers.map((dispatcher) => dispatcher.tick()));
    spawned.push(reports.reduce((sum, report) => sum + report.spawned.length, 0));
    done.push(reports.reduce((sum, report) => sum + report.completed.length, 0));
  };
  for (let i = 0; i < 5; i++) await tickBoth();
  expect(spawned.reduce((sum, count) => sum + count)).toBe(3);

  writeFileSync(join(home, "go"), "");
  await eventually("all are done", async () => {
    await tickBoth();
    return done.reduce((sum, count) => sum + count) === 8;
  });
  for (const dispatcher of dispatchers) dispatcher.close();
});

test("a tick that can't count the home's slots claims nothing, and closes what ended all the same", async () => {
  const { first, home, dispatchers } = await makeTwoBoards();
  const [dispatcher] = dispatchers;
  const running = await createShellTask(first, "exit 0");
  await dispatcher?.tick();
  await eventually("the exit record", () =>
    readdirSync(first.context.paths.runs).every((run) =>
      existsSync(join(first.context.paths.runs, run, "exit")),
    ),
  );
  const waiting = await createShellTask(first, "exit 0");
  const counting = tryLockFile(join(home, "kanban", "kanbun.slots.lock"));
  const report = await dispatcher?.tick();
  counting?.release();
  expect(report).toMatchObject({ lock: "taken", spawned: [], completed: [{ taskId: running }] });
  expect((await dispatcher?.tick())?.spawned.map((run) => run.taskId)).toEqual([waiting]);
  for (const one of dispatchers) one.close();
});

test("a board that is none does not keep the others of its home from working", async () => {
  const { first, home, dispatchers } = await makeTwoBoards();
  const bad = join(home, "kanban", "boards", "bad");
  mkdirSync(bad, { recursive: true });
  writeFileSync(join(bad, "kanban.db"), "this is no database, but it is long enough to be taken for one");
  const task = await createShellTask(first, "exit 0");
  expect((await dispatchers[0]?.tick())?.spawned.map((run) => run.taskId)).toEqual([task]);
  for (const one of dispatchers) one.close();
});

test("the cap of the home is read again at each tick (W36)", async () => {
  const { first, home, dispatchers } = await makeTwoBoards();
  for (let i = 0; i < 5; i++) await createShellTask(first, `until [ -e '${home}/go' ]; do sleep 0.02; done`);
  const [dispatcher] = dispatchers;
  expect((await dispatcher?.tick())?.spawned).toHaveLength(3);
  writeFileSync(join(home, "kanbun.toml"), withPosixShell("[dispatch]\nmax_in_progress = 4\n"));
  expect((await dispatcher?.tick())?.spawned).toHaveLength(1);
  writeFileSync(join(home, "kanbun.toml"), withPosixShell("[dispatch]\nmax_in_progress = 1\n"));
  expect((await dispatcher?.tick())?.spawned).toHaveLength(0);
  writeFileSync(join(home, "go"), "");
  await eventually("all are done", async () => {
    await dispatcher?.tick();
    return (await first.store.getCounts()).byStatus.done === 5;
  });
  for (const one of dispatchers) one.close();
});
