import { afterEach, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { openStore } from "../../src/store/open/open-store.ts";
import { refusalOf } from "../store/board-under-test.ts";
import { endPrograms, startProgram } from "../store/programs.ts";
import { hashBoard } from "../store/sqlite/board.ts";
import { makeTestBoard } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { processesOf, startFixture } from "../support/processes.ts";
import { createShellTask, runAll } from "../support/run-all.ts";

afterEach(endPrograms);

test("a tick that waits in vain for another writer writes nothing, gives the lock back, and the next one goes on", async () => {
  const board = await makeTestBoard();
  const { context } = board;
  const { paths } = context;
  const openBoard: typeof context.openStore = (place) =>
    openStore(place, { clock: context.clock, mode: "write", busyTimeoutMs: 40 });
  const ended = join(board.home, "ended");
  const first = await createShellTask(board, `touch ${ended}; exit 0`);
  const dispatcher = new Dispatcher({ ...context, openStore: openBoard });
  await dispatcher.tick();
  const holder = await startProgram("hold-write.ts", paths.database);
  await eventually("the worker ends", () => existsSync(ended) && processesOf(board.home).length === 0);
  const before = hashBoard(paths.database);

  // In vain: the other one writes on until it is told below that it may go.
  for (let tries = 0; tries < 3; tries++) expect(await refusalOf(dispatcher.tick())).toBe("busy");
  expect(hashBoard(paths.database)).toBe(before);
  {
    await using other = await startFixture("hold-lock.ts", `${paths.database}.dispatch.lock`);
    expect(other.first).toBe("held");
    expect(await dispatcher.tick()).toMatchObject({ skippedLocked: true });
  }
  expect((await board.store.listLiveRuns()).map((run) => run.taskId)).toEqual([first]);

  holder.go();
  await holder.answer();
  expect((await dispatcher.tick()).completed.map((run) => run.taskId)).toEqual([first]);
  dispatcher.close();
  const second = await createShellTask(board, "exit 0");
  await runAll(board);
  expect((await board.store.requireTask(second)).status).toBe("done");
});
