import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { LockError, tryLockFile } from "../../native-shims/index.ts";
import { DispatchLock } from "../../src/dispatcher/dispatch-lock.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { makeTestBoard, testContext } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { killProcessesOf, startFixture } from "../support/processes.ts";
import { createShellTask } from "../support/run-all.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

function lockPath(home: string): string {
  return join(home, "kanban.db.dispatch.lock");
}

/** Every file of the home that belongs to the database, with its bytes. */
function databaseBytes(home: string): Record<string, string> {
  const names = readdirSync(home).filter((name) => name.startsWith("kanban.db") && !name.endsWith(".lock"));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(home, name)).toString("hex")]));
}

test("an uncontended tick runs and is not skipped", async () => {
  const board = await makeTestBoard();
  const task = await createShellTask(board, "exit 0");
  const dispatcher = new Dispatcher(board.context);
  const report = await dispatcher.tick();
  expect(report).toMatchObject({ board: "default", lock: "taken", skippedLocked: false, holder: null });
  expect(report.spawned.map((run) => run.taskId)).toEqual([task]);
  dispatcher.close();
});

test("a held lock skips the tick, which spawns nothing and writes nothing", async () => {
  const board = await makeTestBoard();
  const task = await createShellTask(board, "exit 0");
  board.store.close();
  const before = databaseBytes(board.home);
  await using holder = await startFixture("hold-lock.ts", lockPath(board.home));
  expect(holder.first).toBe("held");
  const dispatcher = new Dispatcher(board.context);
  const report = await dispatcher.tick({ reconcile: true, heldMax: 1_000 });
  expect(report).toMatchObject({ lock: "skipped", skippedLocked: true, spawned: [], held: [] });
  dispatcher.close();
  expect(databaseBytes(board.home)).toEqual(before);

  await holder.kill();
  const next = new Dispatcher(board.context);
  const after = await next.tick();
  expect(after.spawned.map((run) => run.taskId)).toEqual([task]);
  next.close();
});

test("the loser of the lock names who holds it and since when (W45)", async () => {
  const board = await makeTestBoard();
  const winner = new DispatchLock(board.context.place);
  const lock = winner.try(() => 1_795_000_000_000);
  const dispatcher = new Dispatcher(board.context);
  expect((await dispatcher.tick()).holder).toMatchObject({ pid: process.pid, sinceAtMs: 1_795_000_000_000 });
  lock?.release();
  expect((await dispatcher.tick()).skippedLocked).toBe(false);
  dispatcher.close();
});

test("a stranger that holds the lock without a word is not taken for the last dispatcher", async () => {
  const board = await makeTestBoard();
  const dispatcher = new Dispatcher(board.context);
  await dispatcher.tick();
  await using _holder = await startFixture("hold-lock.ts", lockPath(board.home));
  expect(await dispatcher.tick()).toMatchObject({ skippedLocked: true, holder: null });
  dispatcher.close();
});

test("the lock of one board does not hold up another", async () => {
  const first = await makeTestBoard();
  const second = await makeTestBoard({ home: first.home, slug: "other" });
  await using _holder = await startFixture("hold-lock.ts", lockPath(first.home));
  const dispatchers = [new Dispatcher(first.context), new Dispatcher(second.context)];
  const reports = await Promise.all(dispatchers.map((dispatcher) => dispatcher.tick()));
  expect(reports.map((report) => report.lock)).toEqual(["skipped", "taken"]);
  for (const dispatcher of dispatchers) dispatcher.close();
});

test("a second acquisition of the same board's lock is refused within one process too", async () => {
  const board = await makeTestBoard();
  const first = new DispatchLock(board.context.place).try(() => 0);
  const second = new DispatchLock(board.context.place);
  expect(second.try(() => 0)).toBeNull();
  first?.release();
  const again = second.try(() => 0);
  expect(again).not.toBeNull();
  again?.release();
});

test("two ticks cannot overlap, however many dispatchers begin at once", async () => {
  const board = await makeTestBoard();
  const ids = [await createShellTask(board, "exit 0"), await createShellTask(board, "exit 0")];
  const dispatchers = Array.from({ length: 8 }, () => new Dispatcher(board.context));
  const reports = await Promise.all(dispatchers.map((dispatcher) => dispatcher.tick()));
  expect(reports.map((report) => report.lock).sort()).toEqual([...Array(7).fill("skipped"), "taken"]);
  expect(reports.flatMap((report) => report.spawned).map((run) => run.taskId)).toEqual(ids);
  for (const dispatcher of dispatchers) dispatcher.close();
});

test("a holder that is killed frees the lock", async () => {
  const board = await makeTestBoard();
  await using holder = await startFixture("hold-lock.ts", lockPath(board.home));
  expect(new DispatchLock(board.context.place).try(() => 0)).toBeNull();
  await holder.kill();
  const lock = new DispatchLock(board.context.place).try(() => 0);
  expect(lock).not.toBeNull();
  lock?.release();
});

test.skipIf(lacksOnWindows("/proc"))(
  "a worker does not inherit the lock of the tick that spawned it",
  async () => {
    const board = await makeTestBoard();
    await createShellTask(board, "ls -l /proc/$$/fd; sleep 30");
    const dispatcher = new Dispatcher(board.context);
    const { spawned } = await dispatcher.tick();
    const log = join(board.context.paths.runs, String(spawned[0]?.runId), "output.log");
    const descriptors = await eventually("the worker lists its files", () => {
      try {
        const text = readFileSync(log, "utf8");
        return text.includes(" 2 ->") && text;
      } catch {
        return null;
      }
    });
    expect(descriptors).not.toContain("kanban.db");
    const lock = tryLockFile(lockPath(board.home));
    expect(lock).not.toBeNull();
    lock?.release();
    dispatcher.close();
    killProcessesOf(board.home);
  },
);

test.skipIf(lacksOnWindows("links"))(
  "a database that is reached through a symlink has one lock (W5)",
  async () => {
    const board = await makeTestBoard();
    const alias = makeTestHome();
    symlinkSync(join(board.home, "kanban.db"), join(alias, "kanban.db"));
    const lock = new DispatchLock(board.context.place).try(() => 0);
    const dispatcher = new Dispatcher(testContext(alias));
    expect((await dispatcher.tick()).lock).toBe("skipped");
    lock?.release();
    dispatcher.close();
  },
);

test.skipIf(lacksOnWindows("removal of open files"))(
  "a database that was replaced while a dispatcher used it is not written to (W4)",
  async () => {
    const board = await makeTestBoard();
    const dispatcher = new Dispatcher(board.context);
    await dispatcher.tick();
    board.store.close();
    for (const name of readdirSync(board.home).filter(
      (file) => file.startsWith("kanban.db") && !file.includes("lock"),
    ))
      rmSync(join(board.home, name));
    const other = await makeTestBoard({ home: board.home });
    await createShellTask(other, "exit 0");
    await expect(dispatcher.tick()).rejects.toThrow("moved or replaced");
    expect((await other.store.getCounts()).byStatus).toEqual({ ready: 1 });
    dispatcher.close();
  },
);

test("a lock file that cannot be opened is an error and no tick (W1)", async () => {
  const board = await makeTestBoard();
  await createShellTask(board, "exit 0");
  mkdirSync(lockPath(board.home));
  chmodSync(lockPath(board.home), 0o700);
  const dispatcher = new Dispatcher(board.context);
  await expect(dispatcher.tick()).rejects.toThrow(LockError);
  expect((await board.store.getCounts()).byStatus).toEqual({ ready: 1 });
  dispatcher.close();
});

test("bad configuration stops the tick before anything is claimed", async () => {
  const board = await makeTestBoard({ config: "[dispatch]\nmax_in_progress = 0\n" });
  await createShellTask(board, "exit 0");
  const dispatcher = new Dispatcher(board.context);
  expect((await dispatcher.tick()).findings).toMatchObject([{ about: "configuration" }]);
  expect((await board.store.getCounts()).byStatus).toEqual({ ready: 1 });
  dispatcher.close();
});
