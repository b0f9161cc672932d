import { afterEach, describe, expect, mock, spyOn, test } from "bun:test";
import type { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import type { TickReport } from "../../src/dispatcher/report.ts";
import { ReportKeeper } from "../../src/dispatcher/report-keeper.ts";

afterEach(() => mock.restore());

/** A dispatcher whose ticks write or not, and a disk that a test has in its hand. */
function makeKeeper() {
  const state = { nowMs: 1_000, isAhead: false, isBroken: false };
  const seen: string[] = [];
  spyOn(performance, "now").mockImplementation(() => state.nowMs);
  const dispatcher = {
    board: "default",
    get isAhead() {
      return state.isAhead;
    },
    sync: async () => {
      if (!state.isAhead) return;
      await Promise.resolve();
      seen.push("sync");
      if (state.isBroken) throw new Error("no disk");
      state.isAhead = false;
    },
    takeFindings: () => [],
  } as unknown as Dispatcher;
  const keeper = new ReportKeeper(dispatcher, {
    onReport: ({ board }) => seen.push(board),
    onError: (_, error) => seen.push((error as Error).message),
  });
  const tick = (name: string, { writes = true } = {}) => {
    state.isAhead ||= writes;
    return keeper.noteTick({ board: name } as TickReport);
  };
  return { state, seen, keeper, tick };
}

describe("the report of a tick", () => {
  test("is told when what it tells of is on the disk, after those before it", async () => {
    const { state, seen, keeper, tick } = makeKeeper();
    await tick("first");
    state.nowMs += 1;
    await tick("second");
    expect(keeper.nextMs).toBe(1_003);
    state.nowMs += 1;
    await keeper.turn({ isTickDue: false });
    expect(seen).toEqual([]);
    state.nowMs += 1;
    await keeper.turn({ isTickDue: false });
    expect(seen).toEqual(["sync", "first", "second"]);
    expect(keeper.nextMs).toBe(Number.POSITIVE_INFINITY);
    await keeper.turn({ isTickDue: false });
    expect(seen).toHaveLength(3);
  });

  test("is told at once where nothing was written", async () => {
    const { seen, tick } = makeKeeper();
    await tick("idle", { writes: false });
    expect(seen).toEqual(["idle"]);
  });

  test("waits for the next ticks, and not for ever: twenty milliseconds are the most", async () => {
    const { state, seen, keeper, tick } = makeKeeper();
    for (let index = 0; index < 20; index++) {
      await keeper.turn({ isTickDue: true });
      await tick(String(index));
      expect(keeper.nextMs).toBeLessThanOrEqual(1_020);
      state.nowMs += 1;
    }
    expect(seen).toEqual([]);
    await keeper.turn({ isTickDue: true });
    expect(seen).toHaveLength(21);
  });

  test("is told with the error where the disk failed; what others wrote since is waited for anew", async () => {
    const { state, seen, keeper, tick } = makeKeeper();
    state.isBroken = true;
    await tick("unsure");
    await keeper.tell();
    expect(seen).toEqual(["sync", "unsure", "no disk"]);
    state.isBroken = false;
    await tick("next");
    await keeper.tell();
    expect(seen).toEqual(["sync", "unsure", "no disk", "sync", "next"]);
  });

  test("is waited for also where a tick failed after it had written", async () => {
    const { state, seen, keeper } = makeKeeper();
    state.isAhead = true;
    await keeper.noteTick(null);
    expect(keeper.nextMs).toBe(1_002);
    await keeper.tell();
    expect(seen).toEqual(["sync"]);
  });
});
