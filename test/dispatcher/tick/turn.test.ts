import { afterEach, expect, mock, spyOn, test } from "bun:test";
import { BoardError } from "../../../src/board/error.ts";
import { Turn } from "../../../src/dispatcher/tick/turn.ts";
import type { TickPlan, TickWrites } from "../../../src/store/tick.ts";
import { refusalOf } from "../../store/board-under-test.ts";
import { planOf } from "../../store/players.ts";

const writes: TickWrites = { closed: [], promoted: [], repeats: [], claimed: [], refused: [] };

afterEach(() => mock.restore());

/** A board that is busy until it is said not to be, and what was asked of it. */
function makeBoard() {
  const turn = new Turn();
  const asked: (boolean | undefined)[] = [];
  const board = { isBusy: true };
  const store = {
    async applyTick({ givesWay }: TickPlan) {
      asked.push(givesWay);
      if (board.isBusy) throw new BoardError("busy", "another host is writing to the board");
      return writes;
    },
  };
  const apply = (isCalled = true) =>
    turn.apply(store, { ...planOf({}), givesWay: turn.canWait }, { isCalled });
  return { turn, asked, board, apply };
}

test("a tick that only claims leaves the board to another host three times in a row, then waits for it as everyone", async () => {
  const { asked, board, apply } = makeBoard();
  for (let times = 0; times < 3; times += 1) expect(await apply()).toEqual({ retryInMs: expect.any(Number) });
  expect(await refusalOf(apply())).toBe("busy");
  board.isBusy = false;
  expect(await apply()).toBe(writes);
  await apply();
  expect(asked).toEqual([true, true, true, false, false, true]);
});

test("what it was not called for it leaves once to whoever was, without asking; what is still there then it claims", async () => {
  const { asked, board, apply } = makeBoard();
  board.isBusy = false;
  expect(await apply(false)).toEqual({ retryInMs: expect.any(Number) });
  expect(asked).toEqual([]);
  expect(await apply(false)).toBe(writes);
  expect(asked).toEqual([true]);
  expect(await apply(true)).toBe(writes);
});

test("each time it waits longer for a new look, until nothing is left to claim", async () => {
  spyOn(Math, "random").mockReturnValue(0.5);
  const { turn, apply } = makeBoard();
  const wait = async () => ((await apply()) as { retryInMs: number }).retryInMs;
  const waits = [await wait(), await wait(), await wait()];
  expect(waits).toEqual([60, 120, 180]);
  expect(turn.canWait).toBe(false);
  turn.end();
  expect(turn.canWait).toBe(true);
  expect(await wait()).toBe(60);
});
