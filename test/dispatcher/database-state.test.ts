import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { systemClock } from "../../src/home/session/system-clock.ts";
import type { Clock } from "../../src/system/clock.ts";
import { makeTestBoard, person, type TestBoard } from "../support/board.ts";

/** By which every change to a file is old. */
const lateClock: Clock = { ...systemClock, nowMs: () => Date.now() + 3_600_000 };

interface Tick {
  readonly promoted: readonly string[];
  /** Whether it looked at all that waits. */
  readonly hasReconciled: boolean;
}

/** One tick of a dispatcher that has just started, and is over then: no one has the board open before or after. */
async function tickOnce({ context }: TestBoard): Promise<Tick> {
  let hasReconciled = false;
  const openStore: typeof context.openStore = async (path) => {
    const store = await context.openStore(path);
    const { viewTick } = store;
    store.viewTick = (at) => {
      hasReconciled = at.reconcile;
      return viewTick(at);
    };
    return store;
  };
  const dispatcher = new Dispatcher({ ...context, openStore });
  try {
    const { promoted } = await dispatcher.tick({ reconcile: true });
    return { promoted, hasReconciled };
  } finally {
    dispatcher.close();
  }
}

/** A board with a task that waits for another; no one has it open. */
async function makeWaitingBoard(clock?: Clock) {
  const board = await makeTestBoard(clock === undefined ? {} : { clock });
  const { task: parent } = await board.store.createTask({ title: "parent" }, person);
  const { task: child } = await board.store.createTask({ title: "child", parents: [parent.id] }, person);
  board.store.close();
  return { board, parent: parent.id, child: child.id };
}

/** As a program does it that knows nothing of links. */
function finishByRow({ context }: TestBoard, id: string): void {
  const db = new Database(context.paths.database);
  db.run("UPDATE tasks SET status = 'done', completed_at = 1 WHERE id = ?", [id]);
  db.close();
}

test("a board that nobody has written to since a start is looked at as a whole once", async () => {
  const { board } = await makeWaitingBoard(lateClock);
  const [first, second, third] = [await tickOnce(board), await tickOnce(board), await tickOnce(board)];
  expect([first, second, third].map((tick) => tick.hasReconciled)).toEqual([true, false, false]);
});

test("a parent that a stranger finished by its row alone is found at the next start", async () => {
  const { board, parent, child } = await makeWaitingBoard(lateClock);
  await tickOnce(board);
  expect(await tickOnce(board)).toEqual({ promoted: [], hasReconciled: false });
  finishByRow(board, parent);
  expect(await tickOnce(board)).toEqual({ promoted: [child], hasReconciled: true });
  // What that start wrote itself is looked at once more.
  expect((await tickOnce(board)).hasReconciled).toBe(true);
  expect((await tickOnce(board)).hasReconciled).toBe(false);
});

test("a change that is still in the log counts as one", async () => {
  const { board, parent, child } = await makeWaitingBoard(lateClock);
  await tickOnce(board);
  const reader = new Database(board.context.paths.database);
  reader.query("SELECT 1 FROM tasks").get();
  finishByRow(board, parent);
  expect((await tickOnce(board)).promoted).toEqual([child]);
  reader.close();
});

test("a board that was changed just now is looked at as a whole again: its files may not tell the next change", async () => {
  const { board } = await makeWaitingBoard();
  const ticks = [await tickOnce(board), await tickOnce(board)];
  expect(ticks.map((tick) => tick.hasReconciled)).toEqual([true, true]);
});
