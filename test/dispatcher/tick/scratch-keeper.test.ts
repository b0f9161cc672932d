import { expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { ScratchKeeper } from "../../../src/dispatcher/tick/scratch-keeper.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import { makeTestBoard } from "../../support/board.ts";
import { makeTestHome } from "../../support/home.ts";
import { createShellTask, runAll } from "../../support/run-all.ts";

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
