import { expect, test } from "bun:test";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { FLOCK } from "../../native-shims/constants.ts";
import { LockError } from "../../native-shims/index.ts";
import { tryLockPosixFile } from "../../native-shims/lock/posix-lock.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { WakeUp } from "../../src/dispatcher/resident/wake-up.ts";
import { watchBoards } from "../../src/dispatcher/resident/watch.ts";
import { CommandLine } from "../cli/command-line.ts";
import { makeTestBoard, testContext } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { startFixture } from "../support/processes.ts";
import { createShellTask } from "../support/run-all.ts";

test("W1: dispatch with a lock file that cannot be opened ends with 1, says why and starts nothing", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("x", "--run", "true");
  mkdirSync(join(kanbun.home, "kanban.db.dispatch.lock"));
  for (const args of [["dispatch"], ["dispatch", "--until-idle"]]) {
    const { code, error } = await kanbun.json(args);
    expect([args, code, error?.kind]).toEqual([args, 1, "unwritable"]);
    expect(error?.message).toContain("kanban.db.dispatch.lock");
  }
  expect((await kanbun.task(id)).status).toBe("ready");
});

test.skipIf(process.platform === "win32")(
  "W1: on a file system whose locks err there is an error and no tick",
  async () => {
    const board = await makeTestBoard();
    await createShellTask(board, "exit 0");
    const erring = {
      EINTR: constants.errno.EINTR,
      EWOULDBLOCK: constants.errno.EWOULDBLOCK,
      errno: () => constants.errno.ENOLCK,
      flock: (_fd: number, operation: number) => (operation === FLOCK.LOCK_UN ? 0 : -1),
    };
    const dispatcher = new Dispatcher(board.context, { tryLock: (path) => tryLockPosixFile(erring, path) });
    for (let round = 0; round < 2; round++) {
      const refused = dispatcher.tick();
      await expect(refused).rejects.toThrow(LockError);
      await expect(refused).rejects.toThrow("ENOLCK");
    }
    expect((await board.store.getCounts()).byStatus).toEqual({ ready: 1 });
    dispatcher.close();
  },
);

test("W3: five residents that lost the lock at the start go to work when its holder is killed", async () => {
  const board = await makeTestBoard();
  const id = await createShellTask(board, "exit 0");
  await using holder = await startFixture("hold-lock.ts", join(board.home, "kanban.db.dispatch.lock"));
  const stop = new AbortController();
  const losses = Array<number>(5).fill(0);
  const residents = losses.map(async (_, index) => {
    const dispatcher = new Dispatcher(board.context);
    await watchBoards(() => [dispatcher], new WakeUp(), {
      nowMs: () => Date.now(),
      intervalMs: 5,
      signal: stop.signal,
      onReport: (report) => {
        if (report.skippedLocked) losses[index] = (losses[index] ?? 0) + 1;
      },
      onError: (_board, error) => {
        throw error;
      },
    });
    dispatcher.close();
  });
  await eventually("each has lost three times", () => losses.every((count) => count >= 3));
  expect((await board.store.requireTask(id)).status).toBe("ready");
  await holder.kill();
  await eventually("the task is done", async () => (await board.store.requireTask(id)).status === "done");
  stop.abort();
  await Promise.all(residents);
  expect(await board.store.listRuns(id)).toHaveLength(1);
});

test("W4: the lock is that of the very database that is written to, wherever its link is turned meanwhile", async () => {
  const first = await makeTestBoard();
  const second = await makeTestBoard();
  const alias = makeTestHome();
  const link = join(alias, "kanban.db");
  symlinkSync(join(first.home, "kanban.db"), link);
  const ids = [await createShellTask(first, "exit 0"), await createShellTask(second, "exit 0")];
  const dispatcher = new Dispatcher(testContext(alias));
  rmSync(link);
  symlinkSync(join(second.home, "kanban.db"), link);
  {
    await using _holder = await startFixture("hold-lock.ts", join(first.home, "kanban.db.dispatch.lock"));
    expect((await dispatcher.tick()).lock).toBe("skipped");
  }
  const { spawned } = await dispatcher.tick();
  expect(spawned.map((run) => run.taskId)).toEqual(ids.slice(0, 1));
  expect((await second.store.getCounts()).byStatus).toEqual({ ready: 1 });
  await eventually("its worker is done", async () => {
    await dispatcher.tick();
    return (await first.store.getCounts()).byStatus.done === 1;
  });
  dispatcher.close();
});
