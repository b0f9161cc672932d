import { expect, test } from "bun:test";
import { Dispatcher } from "../../../src/dispatcher/dispatcher.ts";
import type { TickReport } from "../../../src/dispatcher/report/report.ts";
import { runUntilIdle } from "../../../src/dispatcher/resident/loop.ts";
import { WakeUp } from "../../../src/dispatcher/resident/wake-up.ts";
import { watchBoards } from "../../../src/dispatcher/resident/watch.ts";
import { makeTestBoard } from "../../support/board.ts";
import { eventually } from "../../support/eventually.ts";
import { homesInMemory } from "../../support/place-of-homes.ts";
import { startFixture } from "../../support/processes.ts";
import { createShellTask, runAll } from "../../support/run-all.ts";

homesInMemory();

const nothing = {
  promoted: [],
  spawned: [],
  completed: [],
  reviewRequested: [],
  changesRequested: [],
  findings: [],
  blocked: [],
  crashed: [],
  timedOut: [],
};
const idleReport = {
  ...nothing,
  held: [],
  skippedLocked: false,
  stale: [],
  rateLimited: [],
  interrupted: [],
  reclaimed: [],
  reviewRequested: [],
  changesRequested: [],
  spawnFailed: [],
};

test("a task that becomes due while a tick is under way is not taken for nothing to do", async () => {
  let nowMs = 1_000;
  const dueMs = 1_005;
  let ticks = 0;
  const dispatcher = {
    board: "default",
    // The tick looks at 1,000, when nothing is due, and takes until 1,010.
    tick: async () => {
      ticks++;
      nowMs += 10;
      return idleReport as unknown as TickReport;
    },
    outlook: async (sinceMs: number) => ({
      liveHere: 0,
      hasReady: false,
      nextDueMs: dueMs > sinceMs ? dueMs : null,
    }),
  } as unknown as Dispatcher;
  await runUntilIdle([dispatcher], new WakeUp(), {
    intervalMs: 1,
    dueWithinMs: 100,
    nowMs: () => nowMs,
    onReport: () => {},
    onError: () => {},
  });
  expect(ticks).toBe(2);
});

test("a retry is waited for, also when its pause is over in no time", async () => {
  const config = '[dispatch]\nretry_delay = "1ms"\nmax_retries = 6\n';
  const boards = await Promise.all(Array.from({ length: 4 }, () => makeTestBoard({ config })));
  for (const board of boards) await createShellTask(board, "exit 1");
  for (const board of boards) {
    await runAll(board);
    expect((await board.store.getCounts()).byStatus).toEqual({ blocked: 1 });
  }
});

test("W37: a resident starts what others create at once, whatever its interval", async () => {
  const board = await makeTestBoard();
  const wakeUp = new WakeUp();
  const stop = new AbortController();
  const dispatcher = new Dispatcher(board.context, { onWorkerExit: wakeUp.now });
  const loop = watchBoards(() => [dispatcher], wakeUp, {
    intervalMs: 600_000,
    nowMs: () => Date.now(),
    signal: stop.signal,
    onReport: () => {},
    onError: (_, error) => {
      throw error;
    },
  });
  const id = await createShellTask(board, "exit 0");
  const status = async () => (await board.store.requireTask(id)).status;
  await eventually("it is done", async () => (await status()) === "done");
  // A pause that ends, and a schedule that comes due, wake it as well.
  const later = await createShellTask(board, "exit 0", { dueAtMs: Date.now() + 150 });
  await eventually(
    "it is done in its time",
    async () => (await board.store.requireTask(later)).status === "done",
  );
  stop.abort();
  await loop;
  dispatcher.close();
});

test("a wake-up that comes before the wait is not lost", async () => {
  const wakeUp = new WakeUp();
  wakeUp.now();
  const startedAt = performance.now();
  await wakeUp.wait(60_000);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

test("a wake-up that finds the lock held is followed by a tick as soon as it is free", async () => {
  const board = await makeTestBoard();
  const wakeUp = new WakeUp();
  const stop = new AbortController();
  const dispatcher = new Dispatcher(board.context);
  const seen = { held: 0, skipped: 0 };
  const loop = watchBoards(() => [dispatcher], wakeUp, {
    intervalMs: 600_000,
    nowMs: () => Date.now(),
    signal: stop.signal,
    onReport: (report) => {
      seen[report.skippedLocked ? "skipped" : "held"]++;
    },
    onError: (_, error) => {
      throw error;
    },
  });
  await eventually("it has ticked", () => seen.held === 1);
  const holder = await startFixture("hold-lock.ts", board.context.paths.dispatchLock);
  wakeUp.forBoard("default");
  await eventually("it has tried in vain", () => seen.skipped >= 5);
  await holder.kill();
  await eventually("it ticks", () => seen.held === 2);
  stop.abort();
  await loop;
  dispatcher.close();
});

test("workers that end together are seen to by one tick", async () => {
  const wakeUp = new WakeUp();
  const stop = new AbortController();
  let ticks = 0;
  const dispatcher = {
    board: "default",
    damage: null,
    tick: async () => {
      ticks++;
      return idleReport as unknown as TickReport;
    },
    outlook: async () => ({ liveHere: 0, hasReady: false, nextDueMs: null }),
    hasNews: async () => false,
    nextScratchMs: Number.POSITIVE_INFINITY,
    readLastTick: () => null,
  } as unknown as Dispatcher;
  const loop = watchBoards(() => [dispatcher], wakeUp, {
    intervalMs: 600_000,
    nowMs: () => Date.now(),
    signal: stop.signal,
    onReport: () => {},
    onError: () => {},
  });
  await eventually("it has begun", () => ticks === 1);
  for (let exit = 0; exit < 4; exit++) setImmediate(() => wakeUp.forBoard("default"));
  await eventually("it has ticked again", () => ticks > 1);
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  expect(ticks).toBe(2);
  stop.abort();
  await loop;
});
