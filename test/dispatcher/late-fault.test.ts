import { expect, test } from "bun:test";
import { BoardError } from "../../src/board/error.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import type { BoardStore } from "../../src/store/store.ts";
import { makeTestBoard } from "../support/board.ts";
import { createShellTask, runAll } from "../support/run-all.ts";

/** A dispatcher in whose store one thing fails, as often as it is asked. */
async function withFault(fault: Partial<BoardStore>) {
  const board = await makeTestBoard();
  const id = await createShellTask(board, "exit 0");
  const { context } = board;
  const openStore: typeof context.openStore = async (path) =>
    Object.assign(await context.openStore(path), fault);
  return { board, id, dispatcher: new Dispatcher({ ...context, openStore }) };
}

test("a tick after which the scratch folders can't be looked for is told, with that", async () => {
  const { board, id, dispatcher } = await withFault({
    listRemovableScratch: async () => {
      throw new BoardError("unwritable", "disk I/O error");
    },
  });
  const report = await dispatcher.tick();
  expect(report.spawned.map(({ taskId: task }) => task)).toEqual([id]);
  expect(report.findings.map(({ detail }) => detail)).toEqual([
    "scratch folders could not be looked for: disk I/O error",
  ]);
  expect(dispatcher.damage).toBeNull();
  dispatcher.close();
  await runAll(board);
  expect((await board.store.listRuns(id)).map(({ outcome }) => outcome)).toEqual(["completed"]);
});

test("a tick after which the database turns out to be damaged is told, and is the last one", async () => {
  const damage = new BoardError("damaged", "database disk image is malformed");
  const { id, dispatcher } = await withFault({
    listRemovableScratch: async () => {
      throw damage;
    },
  });
  const report = await dispatcher.tick();
  expect(report.spawned.map(({ taskId: task }) => task)).toEqual([id]);
  expect(dispatcher.damage).toBe(damage);
  await expect(dispatcher.tick()).rejects.toBe(damage);
  dispatcher.close();
});
