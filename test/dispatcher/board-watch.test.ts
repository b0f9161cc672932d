import { afterEach, expect, mock, spyOn, test } from "bun:test";
import { BoardWatch } from "../../src/dispatcher/board-watch.ts";
import type { LockNote } from "../../src/dispatcher/dispatch-lock.ts";
import type { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { skippedReport } from "../../src/dispatcher/report-writer.ts";

const intervalMs = 60_000;
afterEach(() => mock.restore());

/** A board whose lock, writers and ticks a test has in its hand, with one resident of the rank that is given. */
class WatchedBoard {
  nowMs = 1_000;
  ticks = 0;
  skipped = 0;
  isLocked = false;
  hasNews = false;
  liveHere = 1;
  hasReady = false;
  error: Error | null = null;
  nextDueMs: number | null = null;
  onTick = () => {};
  readonly errors: unknown[] = [];
  readonly watch: BoardWatch;
  #note: LockNote | null = null;

  constructor(rank = 0) {
    spyOn(performance, "now").mockImplementation(() => this.nowMs);
    const dispatcher = {
      board: "default",
      isAhead: false,
      sync: async () => {},
      takeFindings: () => [],
      tickAhead: async () => {
        if (this.isLocked) {
          this.skipped++;
          return skippedReport("default", () => null, 0);
        }
        this.tick();
        if (this.error) throw this.error;
        this.ticks++;
        this.onTick();
        return { ...skippedReport("default", () => null, 0), skippedLocked: false };
      },
      outlook: async () => ({ liveHere: this.liveHere, hasReady: this.hasReady, nextDueMs: this.nextDueMs }),
      hasNews: async () => this.hasNews,
      readLastTick: () => this.#note,
    };
    this.watch = new BoardWatch(dispatcher as unknown as Dispatcher, () => rank, {
      nowMs: () => this.nowMs,
      intervalMs,
      onReport: () => {},
      onError: (_, error) => this.errors.push(error),
    });
  }

  /** A resident that has had its first tick. */
  static async started(rank = 0): Promise<WatchedBoard> {
    const board = new WatchedBoard(rank);
    await board.watch.turn();
    await board.look();
    expect(board.ticks).toBe(1);
    board.ticks = 0;
    return board;
  }

  /** Somebody's tick, as it stands in the lock file; it goes on for as long as it has no end. */
  tick({ pid = 1, isOver = true } = {}): void {
    const untilMs = isOver ? this.nowMs : null;
    const sinceMs = (this.#note?.sinceMs ?? 0) + 1;
    this.#note = { pid, startTime: "1", host: "here", sinceMs, untilMs, settled: null };
  }

  /** The last tick of somebody ends. */
  endTick(): void {
    if (this.#note) this.#note = { ...this.#note, untilMs: this.nowMs };
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

test("a resident that was woken while somebody else had the lock tries until it has ticked", async () => {
  const board = await WatchedBoard.started();
  board.tick({ pid: 2, isOver: false });
  board.isLocked = true;
  board.watch.wake();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 10; attempt++) waits.push(await board.next());
  expect(waits).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 100, 100]);
  expect(board.skipped).toBe(10);
  board.endTick();
  board.isLocked = false;
  await board.next();
  expect(board.ticks).toBe(1);
  expect(await board.next()).toBe(intervalMs);
});

test("a tick of somebody else that began after the wake-up and has ended is as good as one's own", async () => {
  const board = await WatchedBoard.started();
  board.tick({ pid: 2, isOver: false });
  board.isLocked = true;
  board.watch.wake();
  await board.next();
  board.tick({ pid: 3, isOver: false });
  await board.next();
  expect(board.skipped).toBe(2);
  board.endTick();
  board.isLocked = false;
  await board.next();
  expect(board.ticks).toBe(0);
  expect(board.watch.nextMs - board.nowMs).toBe(intervalMs);
});

test("a tick whose dispatcher died before it was over is not taken for one", async () => {
  const board = await WatchedBoard.started();
  board.tick({ pid: 2, isOver: false });
  board.isLocked = true;
  board.watch.wake();
  await board.next();
  board.tick({ pid: 3, isOver: false });
  board.isLocked = false;
  await board.next();
  expect(board.ticks).toBe(1);
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

test("the first resident ticks at once when somebody has written", async () => {
  const board = await WatchedBoard.started();
  await board.look({ hasNews: true });
  expect(await board.next()).toBe(0);
  expect(board.ticks).toBe(1);
});

test("a resident further back in line does nothing when another has ticked meanwhile", async () => {
  const board = await WatchedBoard.started(2);
  await board.look({ hasNews: true });
  board.tick({ pid: 2 });
  expect(await board.next()).toBe(50);
  expect(board.ticks).toBe(0);
  expect(await board.next()).toBe(intervalMs);
});

test("a resident further back in line ticks when those before it don't", async () => {
  const board = await WatchedBoard.started(1);
  await board.look({ hasNews: true });
  await board.look({ hasNews: true });
  expect(await board.next()).toBe(25);
  expect(board.ticks).toBe(1);
});

test("what another's tick may have written itself is looked at once, and late", async () => {
  const board = await WatchedBoard.started(1);
  board.tick({ pid: 2 });
  await board.look({ hasNews: true });
  expect(await board.next()).toBe(1_025);
  expect(board.ticks).toBe(1);
});

test("under the constant load of others a resident further back in line does not tick", async () => {
  const board = await WatchedBoard.started(1);
  for (let round = 0; round < 200; round++) {
    board.tick({ pid: 2 });
    await board.look({ hasNews: true });
    board.nowMs += 25;
    await board.watch.turn();
  }
  expect(board.ticks).toBe(0);
});

test("of many residents of an idle board one ticks after each interval", async () => {
  const board = await WatchedBoard.started(1);
  for (let round = 0; round < 5; round++) {
    board.nowMs += intervalMs / 2;
    board.tick({ pid: 2 });
    await board.next();
    await board.next();
  }
  expect(board.ticks).toBe(0);
});

test("a board on which nothing runs or is ready is looked at less often", async () => {
  const board = await WatchedBoard.started();
  expect(await board.next()).toBe(intervalMs);
  board.liveHere = 0;
  expect(await board.next()).toBe(intervalMs);
  board.hasReady = true;
  expect(await board.next()).toBe(10 * intervalMs);
  expect(await board.next()).toBe(intervalMs);
});

test("what becomes due is not left to a tick that came before", async () => {
  const board = await WatchedBoard.started(1);
  board.nextDueMs = board.nowMs + 500;
  board.watch.wake();
  await board.next();
  board.nextDueMs = null;
  board.ticks = 0;
  board.nowMs += 400;
  board.tick({ pid: 2 });
  await board.next();
  await board.next();
  expect(board.ticks).toBe(1);
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
