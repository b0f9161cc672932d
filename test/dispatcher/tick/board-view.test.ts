import { expect, spyOn, test } from "bun:test";
import { thisHost } from "../../../src/dispatcher/host.ts";
import { BoardView } from "../../../src/dispatcher/tick/board-view.ts";
import { loadConfig } from "../../../src/system/config/config.ts";
import { makeTestBoard, person } from "../../support/board.ts";

async function look(config = "") {
  const board = await makeTestBoard({ config });
  const view = new BoardView(thisHost());
  const rules = loadConfig(board.home);
  const at = { nowMs: 1_000_000, reconcile: false };
  const under = { config: rules, pausesElsewhere: [] };
  const see = (parts: Partial<typeof at> = {}, by: Parameters<BoardView["see"]>[1] = under) =>
    view.see(board.store, by, { ...at, ...parts });
  return { board, view, see, at, under };
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
  const { view, see, under } = await look();
  await see();
  view.forget();
  expect((await see()).isNew).toBe(true);
  expect((await see({}, { ...under, config: { ...under.config } })).isNew).toBe(true);
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

test("what is to come is known from the last look, and looked for anew after a write of one's own", async () => {
  const { board, view, see, under } = await look();
  await board.store.createTask({ title: "later", assignee: "shell", dueAtMs: 1_000_100 }, person);
  const [looks, questions] = [spyOn(board.store, "viewTick"), spyOn(board.store.news, "getVersion")];
  const outlook = () => view.getOutlook(board.store, under, 1_000_000);
  await see();
  expect(await outlook()).toMatchObject({ nextDueMs: 1_000_100 });
  expect([looks, questions].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  view.forget();
  expect(await outlook()).toMatchObject({ nextDueMs: 1_000_100 });
  expect(looks).toHaveBeenCalledTimes(2);
  // The next tick has it from there.
  expect((await see()).isNew).toBe(false);
});

test("a pause that another board of the home has found is waited for, once it is known", async () => {
  const { board, view, see, under } = await look();
  await board.store.createTask({ title: "now", assignee: "shell" }, person);
  await see();
  expect(await view.getOutlook(board.store, under, 1_000_000)).toMatchObject({
    hasReady: true,
    nextDueMs: null,
  });
  const pause = { scope: "profile:shell", untilAtMs: 1_000_050, reason: "" } as const;
  const paused = { ...under, pausesElsewhere: [pause] };
  expect(await view.getOutlook(board.store, paused, 1_000_000)).toMatchObject({
    hasReady: false,
    nextDueMs: 1_000_050,
  });
  expect((await see({ nowMs: 1_000_049 }, paused)).isNew).toBe(false);
  expect((await see({ nowMs: 1_000_050 }, paused)).isNew).toBe(true);
});
