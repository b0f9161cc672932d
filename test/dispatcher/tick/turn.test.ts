import { expect, test } from "bun:test";
import { BoardError } from "../../../src/board/error.ts";
import { Turn } from "../../../src/dispatcher/tick/turn.ts";
import type { TickPlan, TickWrites } from "../../../src/store/tick.ts";
import { refusalOf } from "../../store/board-under-test.ts";
import { planOf } from "../../store/players.ts";

const writes: TickWrites = { closed: [], promoted: [], repeats: [], claimed: [] };

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
  const apply = () => turn.apply(store, { ...planOf({}), givesWay: turn.canWait });
  return { turn, asked, board, apply };
}

test("a tick that only claims leaves the board to another host four times in a row, then waits for it as everyone", async () => {
  const { asked, board, apply } = makeBoard();
  for (let times = 0; times < 4; times += 1) expect(await apply()).toEqual({ retryInMs: expect.any(Number) });
  expect(await refusalOf(apply())).toBe("busy");
  board.isBusy = false;
  expect(await apply()).toBe(writes);
  await apply();
  expect(asked).toEqual([true, true, true, true, false, false, true]);
});

test("from time to time it waits twice as long for a new look, until nothing is left to claim", async () => {
  const { turn, apply } = makeBoard();
  const wait = async () => ((await apply()) as { retryInMs: number }).retryInMs;
  for (const times of [1, 2, 4, 8]) expect(await wait()).toBeWithin(times * 20, times * 100 + 1);
  expect(turn.canWait).toBe(false);
  turn.end();
  expect(turn.canWait).toBe(true);
  expect(await wait()).toBeWithin(20, 101);
});
