import { describe, expect, test } from "bun:test";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import { hasPostgres, requirePostgres, startPostgres } from "../../support/postgres/postgres.ts";
import { ending, person } from "../board-under-test.ts";
import { planOf } from "../players.ts";
import { connect, freshName, openBoardOn } from "./board.ts";

const perTick = 25;

async function makeBoard(place: Parameters<typeof openBoardOn>[0], tasks: number) {
  const board = freshName();
  const store = await openBoardOn(place, board, { clock: systemClock, mode: "create" });
  await store.createTasks(
    { tasks: Array.from({ length: tasks }, () => ({ title: "x", assignee: "shell" })) },
    person,
  );
  return { store, open: () => openBoardOn(place, board, { clock: systemClock }) };
}

async function claim(store: BoardStore, max: number): Promise<readonly number[]> {
  return (await store.applyTick(planOf({ claims: { max } }))).claimed.map(({ runId }) => runId);
}

/** Claims and closes so many, and leaves alone what was at work before. */
async function workOff(store: BoardStore, count: number): Promise<void> {
  const others = new Set((await store.listLiveRuns()).map(({ runId }) => runId));
  for (let done = 0; done < count; done += perTick) {
    await claim(store, perTick);
    const ours = (await store.listLiveRuns()).filter(({ runId }) => !others.has(runId));
    expect(ours).toHaveLength(perTick);
    const closings = ours.map((run) => ({ run, ending: ending("completed"), treeGone: true }));
    await store.applyTick(planOf({ closings }));
  }
}

const liveIds = async (store: BoardStore) => (await store.listLiveRuns()).map(({ runId }) => runId).sort();

describe.skipIf(!hasPostgres)("the runs that live on a server's board", () => {
  test("are all seen, also one that hundreds came and went beside", async () => {
    const { store, open } = await makeBoard(await requirePostgres(), 510);
    await using _ = store;
    const first = await claim(store, 1);
    await workOff(store, 250);
    const second = await claim(store, 1);
    await workOff(store, 250);
    const last = await claim(store, 2);
    expect(await liveIds(store)).toEqual([...first, ...second, ...last].sort());
    await using other = await open();
    expect(await liveIds(other)).toEqual([...first, ...second, ...last].sort());
    await other.applyTick(planOf({ freed: await other.listLiveRuns() }));
    expect(await liveIds(store)).toEqual([]);
  });

  test("are seen on a board that came back with lower numbers", async () => {
    const place = await requirePostgres();
    const { store } = await makeBoard(place, 250);
    await using _ = store;
    await workOff(store, 250);
    await store.leave({ id: "m1", store: null, board: "b", home: "h" });
    await using older = (await makeBoard(place, 3)).store;
    await store.arrive(older, { id: "m2", replaces: "m1" });
    const claimed = await claim(store, 3);
    expect(claimed).toEqual([1, 2, 3]);
    expect(await liveIds(store)).toEqual([1, 2, 3]);
  });

  test("are seen when an older Kanbun's schema is brought up", async () => {
    const own = startPostgres();
    try {
      const { store, open } = await makeBoard(own.place, 3);
      const claimed = await claim(store, 2);
      await store.close();
      await using sql = connect(own.place);
      const steps = ["VIEW live_runs", "TABLE live_floors", "INDEX runs_live_number"].map(
        (one) => `DROP ${one}`,
      );
      await sql
        .unsafe(["SET search_path = kanbun", ...steps, "UPDATE schema_version SET version = 19"].join(";\n"))
        .simple();
      await using newer = await open();
      expect(await liveIds(newer)).toEqual([...claimed]);
    } finally {
      own.end();
    }
  });
});
