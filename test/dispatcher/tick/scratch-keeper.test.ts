import { afterEach, expect, mock, spyOn, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { ScratchKeeper } from "../../../src/dispatcher/tick/scratch-keeper.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import { makeTestBoard } from "../../support/board.ts";
import { makeTestHome } from "../../support/home.ts";
import { createShellTask, runAll } from "../../support/run-all.ts";

afterEach(() => mock.restore());

test("a board that was worked off names no scratch folder any more", async () => {
  const config = '[dispatch]\nmax_in_progress = 1\n[profiles.shell]\ngrace = "300ms"\n';
  const board = await makeTestBoard({ config });
  for (let count = 0; count < 3; count++) await createShellTask(board, "true");
  await runAll(board);
  expect(await board.store.listRemovableScratch()).toEqual([]);
});

/** A board that lists one folder, which is not there. */
function makeStore() {
  const forgotten: (readonly number[])[] = [];
  const listed = [{ runId: 7, taskId: "t_00000007", path: "", host: "machine/ns" }];
  const store = {
    listRemovableScratch: async () => listed,
    forgetScratch: async (runIds: readonly number[]) => void forgotten.push(runIds),
  } as unknown as BoardStore;
  return { store, listed, forgotten };
}

test("a removed scratch folder is written down with the next writes where there will be some, else at once", async () => {
  const { store, forgotten } = makeStore();
  const keeper = new ScratchKeeper(join(makeTestHome(), "workspaces"));
  await keeper.turn(store, { willWrite: true });
  expect(keeper.removed).toEqual([7]);
  expect(forgotten).toEqual([]);
  await keeper.turn(store, { willWrite: false });
  expect(keeper.removed).toEqual([]);
  expect(forgotten).toEqual([[7]]);
});

test("a scratch folder that stands there again after its removal is left alone", async () => {
  const workspaces = join(makeTestHome(), "workspaces");
  const { store, listed } = makeStore();
  const path = join(workspaces, "t_00000007");
  Object.assign(listed[0] ?? {}, { path });
  const keeper = new ScratchKeeper(workspaces);
  await keeper.turn(store, { willWrite: true });
  mkdirSync(path, { recursive: true });
  await keeper.turn(store, { willWrite: true });
  await new ScratchKeeper(workspaces).turn(store, { willWrite: true });
  expect(existsSync(path)).toBe(true);
});

test("on a server's board what ended here is looked for at once, and what others did each ten seconds or so", async () => {
  let nowMs = 1_000;
  spyOn(performance, "now").mockImplementation(() => nowMs);
  const { store, listed } = makeStore();
  listed.length = 0;
  const [ofServer, ofFile] = ["0123456789ab", ""].map((home) => new ScratchKeeper("workspaces", home)) as [
    ScratchKeeper,
    ScratchKeeper,
  ];
  const due = (keeper: ScratchKeeper) => [keeper.isDue("here"), keeper.isDue("anywhere"), keeper.isDue(null)];
  expect(ofServer.isDue(null)).toBe(false);
  expect(ofServer.isDue("anywhere")).toBe(true);
  for (const keeper of [ofServer, ofFile]) await keeper.turn(store, { willWrite: false });
  expect(ofServer.nextMs).toBe(Number.POSITIVE_INFINITY);
  expect(due(ofServer)).toEqual([true, false, false]);
  expect(due(ofFile)).toEqual([true, true, false]);
  // Put off, not left: the tick of then need not see anything new.
  expect(ofServer.nextMs - nowMs).toBeWithin(8_000, 12_001);
  nowMs = ofServer.nextMs;
  expect(ofServer.isDue(null)).toBe(true);
  await ofServer.turn(store, { willWrite: false });
  expect(ofServer.isDue(null)).toBe(false);
});
