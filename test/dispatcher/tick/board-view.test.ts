import { expect, test } from "bun:test";
import { thisHost } from "../../../src/dispatcher/host.ts";
import { BoardView } from "../../../src/dispatcher/tick/board-view.ts";
import { loadConfig } from "../../../src/system/config/config.ts";
import { makeTestBoard, person } from "../../support/board.ts";

async function look(config = "") {
  const board = await makeTestBoard({ config });
  const view = new BoardView(thisHost());
  const rules = loadConfig(board.home);
  const at = { nowMs: 1_000_000, reconcile: false };
  const see = (parts: Partial<typeof at> = {}, under = rules) =>
    view.see(board.store, under, { ...at, ...parts });
  return { board, view, see, at, rules };
}

test("a board is read again when somebody else has written to it, and not before", async () => {
  const { board, see } = await look();
  expect((await see()).isNew).toBe(true);
  expect((await see()).isNew).toBe(false);
  const other = await board.context.openStore(board.context.place);
  await other.createTask({ title: "new", assignee: "shell" }, person);
  other.close();
  const seen = await see();
  expect(seen).toMatchObject({ isNew: true, view: { hasCandidates: true } });
});

test("a board is read again after a write of one's own, under other rules, and at start-up", async () => {
  const { view, see, rules } = await look();
  await see();
  view.forget();
  expect((await see()).isNew).toBe(true);
  expect((await see({}, { ...rules })).isNew).toBe(true);
  expect((await see({ reconcile: true })).isNew).toBe(true);
});

test("a board is read again when a schedule, a back-off or a pause is over, or the clock went back", async () => {
  const { board, view, see, at } = await look();
  await board.store.createTask({ title: "later", assignee: "shell", dueAtMs: 1_000_100 }, person);
  await board.store.pause({ scope: "board", untilAtMs: 1_000_050, reason: "" });
  view.forget();
  for (const [nowMs, isNew] of [
    [1_000_000, true],
    [1_000_049, false],
    [1_000_050, true],
    [1_000_099, false],
    [1_000_100, true],
    [2_000_000, false],
    [at.nowMs, true],
  ] as const)
    expect([nowMs, (await see({ nowMs })).isNew]).toEqual([nowMs, isNew]);
});
