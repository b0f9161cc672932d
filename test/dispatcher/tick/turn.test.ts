import { expect, test } from "bun:test";
import { BoardError } from "../../../src/board/error.ts";
import { Turn } from "../../../src/dispatcher/tick/turn.ts";
import type { TickPlan, TickWrites } from "../../../src/store/tick.ts";
import { refusalOf } from "../../store/board-under-test.ts";
import { planOf } from "../../store/players.ts";

const writes: TickWrites = { closed: [], promoted: [], repeats: [], claimed: [] };

test("a tick that only claims leaves the board to another host five times in a row, then waits for it as everyone", async () => {
  const turn = new Turn();
  const asked: (boolean | undefined)[] = [];
  let isBusy = true;
  const store = {
    async applyTick({ givesWay }: TickPlan) {
      asked.push(givesWay);
      if (isBusy) throw new BoardError("busy", "another host is writing to the board");
      return writes;
    },
  };
  const apply = () => turn.apply(store, { ...planOf({}), givesWay: turn.canWait });
  for (let times = 0; times < 5; times += 1) expect(await apply()).toEqual({ retryInMs: expect.any(Number) });
  expect(await refusalOf(apply())).toBe("busy");
  isBusy = false;
  expect(await apply()).toBe(writes);
  await apply();
  expect(asked).toEqual([true, true, true, true, true, false, false, true]);
});
