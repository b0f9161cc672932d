import { afterEach, expect, mock, spyOn, test } from "bun:test";
import type { Dispatcher } from "../../../src/dispatcher/dispatcher.ts";
import { skippedReport } from "../../../src/dispatcher/report/report-writer.ts";
import { BoardWatch } from "../../../src/dispatcher/resident/board-watch.ts";

const intervalMs = 60_000;
afterEach(() => mock.restore());

/** A board whose lock, writers and ticks a test has in its hand, with one resident. */
class WatchedBoard {
  nowMs = 1_000;
  ticks = 0;
  skipped = 0;
  isLocked = false;
  hasNews = false;
  liveHere = 1;
  hasReady = false;
  held: readonly string[] = [];
  error: Error | null = null;
  nextDueMs: number | null = null;
  nextRepeatMs: number | null = null;
  nextScratchMs = Number.POSITIVE_INFINITY;
  news: { isPaced: boolean } | null = null;
  promoted: readonly string[] = [];
  onTick = () => {};
  readonly errors: unknown[] = [];
  readonly watch: BoardWatch;

  constructor() {
    const [nextScratchMs, news] = [() => this.nextScratchMs, () => this.news];
    spyOn(performance, "now").mockImplementation(() => this.nowMs);
    const report = { ...skippedReport("default", () => null, 0), skippedLocked: false };
    const dispatcher = {
      board: "default",
      tick: async () => {
        if (this.isLocked) {
          this.skipped++;
          return skippedReport("default", () => null, 0);
        }
        if (this.error) throw this.error;
        this.ticks++;
        this.onTick();
        return {
          ...report,
          promoted: this.promoted,
          held: this.held.map((reason) => ({ taskId: "t", reason, detail: "" })),
        };
      },
      outlook: async (sinceMs: number) => ({
        liveHere: this.liveHere,
        hasReady: this.hasReady,
        nextRepeatMs: this.nextRepeatMs,
        nextDueMs: this.nextDueMs !== null && this.nextDueMs > sinceMs ? this.nextDueMs : null,
      }),
      hasNews: async () => this.hasNews,
      get nextScratchMs() {
        return nextScratchMs();
      },
      get news() {
        return news();
      },
    };
    this.watch = new BoardWatch(dispatcher as unknown as Dispatcher, {
      nowMs: () => this.nowMs,
      intervalMs,
      onReport: () => {},
      onError: (_, error) => this.errors.push(error),
    });
  }

  /** A resident that has had its first tick. */
  static async started(): Promise<WatchedBoard> {
    const board = new WatchedBoard();
    await board.watch.turn();
    expect(board.ticks).toBe(1);
    board.ticks = 0;
    return board;
  }

  async look({ hasNews = false } = {}): Promise<void> {
    this.hasNews = hasNews;
    await this.watch.lookForNews();
  }

  /** Lets the time pass until the watch has something to do, and does it. */
  async next(): Promise<number> {
    const before = this.nowMs;
    this.nowMs = Math.max(this.nowMs, this.watch.nextMs);
    await this.watch.turn();
    return this.nowMs - before;
  }
}

test("a resident that was woken while another had the lock tries until it has ticked", async () => {
  const board = await WatchedBoard.started();
  board.isLocked = true;
  board.watch.wake();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 10; attempt++) waits.push(await board.next());
  expect(waits).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 100, 100]);
  expect(board.skipped).toBe(10);
  board.isLocked = false;
  expect(await board.next()).toBe(100);
  expect(board.ticks).toBe(1);
  expect(await board.next()).toBe(intervalMs);
});

test("a resident that has got the lock again is as quick as ever when it loses it the next time", async () => {
  const board = await WatchedBoard.started();
  for (let round = 0; round < 2; round++) {
    board.isLocked = true;
    board.watch.wake();
    await board.next();
    expect(await board.next()).toBe(1);
    board.isLocked = false;
    await board.next();
  }
  expect(board.ticks).toBe(2);
});

test("a wake-up that comes while a tick is under way is followed by another tick", async () => {
  const board = await WatchedBoard.started();
  board.onTick = () => {
    board.onTick = () => {};
    board.watch.wake();
  };
  board.watch.wake();
  await board.next();
  expect(await board.next()).toBe(0);
  expect(board.ticks).toBe(2);
});

test("a wake-up that comes while the lock is lost is not put off to the next attempt", async () => {
  const board = await WatchedBoard.started();
  board.isLocked = true;
  board.watch.wake();
  for (let attempt = 0; attempt < 8; attempt++) await board.next();
  board.isLocked = false;
  board.watch.wake();
  expect(await board.next()).toBe(0);
  expect(board.ticks).toBe(1);
});

test("a resident ticks at once when another has written, and once for it", async () => {
  const board = await WatchedBoard.started();
  await board.look({ hasNews: true });
  await board.look({ hasNews: false });
  expect(await board.next()).toBe(0);
  expect(board.ticks).toBe(1);
  expect(await board.next()).toBe(intervalMs);
});

test("what became due while a tick was under way is ticked for at once", async () => {
  const board = await WatchedBoard.started();
  board.nextDueMs = board.nowMs + 5;
  board.onTick = () => {
    board.onTick = () => {};
    board.nowMs += 10;
  };
  board.watch.wake();
  await board.next();
  expect(await board.next()).toBe(1);
  expect(board.ticks).toBe(2);
});

test("what becomes due is ticked for in its time", async () => {
  const board = await WatchedBoard.started();
  board.nextDueMs = board.nowMs + 500;
  board.watch.wake();
  await board.next();
  expect(await board.next()).toBe(500);
  expect(await board.next()).toBe(intervalMs);
});

test("a repeating task is made in its time", async () => {
  const board = await WatchedBoard.started();
  board.nextRepeatMs = board.nowMs + 700;
  board.watch.wake();
  await board.next();
  expect(await board.next()).toBe(700);
});

test("a look for scratch folders that was put off is ticked for in its time", async () => {
  const board = await WatchedBoard.started();
  board.nextScratchMs = board.nowMs + 900;
  board.watch.wake();
  await board.next();
  expect(await board.next()).toBe(900);
});

test("on a server's board, what is to come after a write of one's own is asked with the look a second later", async () => {
  const board = await WatchedBoard.started();
  board.promoted = ["t"];
  for (const [news, pauseMs] of [
    [null, 300],
    [{ isPaced: false }, 300],
    [{ isPaced: true }, 1_000],
  ] as const) {
    board.news = news;
    board.nextDueMs = board.nowMs + 300;
    board.watch.wake();
    await board.next();
    expect(await board.next()).toBe(pauseMs);
  }
  board.promoted = [];
  board.nextDueMs = board.nowMs + 300;
  board.watch.wake();
  await board.next();
  expect(await board.next()).toBe(300);
});

test.each(["launching", "leaving", "stopping"])(
  "processes that are %s are soon looked at again",
  async (reason) => {
    const board = await WatchedBoard.started();
    board.held = [reason];
    board.watch.wake();
    await board.next();
    board.held = ["unkillable"];
    expect(await board.next()).toBe(50);
    expect(await board.next()).toBe(intervalMs);
  },
);

test("a board on which nothing runs or is ready is looked at less often", async () => {
  const board = await WatchedBoard.started();
  expect(await board.next()).toBe(intervalMs);
  board.liveHere = 0;
  expect(await board.next()).toBe(intervalMs);
  board.hasReady = true;
  expect(await board.next()).toBe(10 * intervalMs);
  expect(await board.next()).toBe(intervalMs);
});

test("a tick that fails is told, and tried again after the interval or when there is news", async () => {
  const board = await WatchedBoard.started();
  board.error = new Error("disk full");
  board.watch.wake();
  await board.next();
  expect(await board.next()).toBe(intervalMs);
  expect(board.errors).toEqual([board.error, board.error]);
  await board.look({ hasNews: true });
  board.error = null;
  expect(await board.next()).toBe(0);
  expect(board.ticks).toBe(1);
});
