import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { nothingElsewhere } from "../../src/board/admission.ts";
import type { BoardStore, By } from "../../src/store/store.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import {
  BoardUnderTest,
  ending,
  force,
  here,
  ManualClock,
  minuteMs,
  person,
  refusalOf,
} from "./board-under-test.ts";
import { hermesIds, otherHostLock, writeHermesBoard } from "./hermes-board.ts";
import { freshPath, openFile } from "./sqlite/board.ts";

homesInMemory();

async function openHermes(change: (db: Database) => void = () => {}) {
  const path = freshPath();
  writeHermesBoard(path);
  const db = new Database(path);
  change(db);
  db.close();
  const clock = new ManualClock();
  const store = await openFile(path, { clock });
  const board = new BoardUnderTest({
    store,
    clock,
    connect: () => openFile(path),
    fingerprint: async () => "",
  });
  return { path, board, store };
}

const claimed = [hermesIds.running, hermesIds.runless];

describe("another dispatcher's claim", () => {
  test("X32: is given to nobody while it stands, and takes a slot of the host that it is of", async () => {
    const { board, store } = await openHermes();
    const taken = (await board.claim()).map((claim) => claim.task.id);
    for (const id of claimed) expect(taken).not.toContain(id);
    const slotsOf = async (hostname: string) =>
      (await store.countSlots({ host: { host: "any", hostname }, nowMs: board.clock.nowMs() })).all;
    expect(await slotsOf("here")).toBe(0);
    expect(await slotsOf("other-host")).toBe(2);
  });

  const moves: Record<string, (store: BoardStore, id: string, by: By) => Promise<unknown>> = {
    complete: (store, id, by) => store.completeTask(id, {}, by),
    block: (store, id, by) => store.blockTask(id, { reason: null, kind: null }, by),
    schedule: (store, id, by) => store.scheduleTask(id, { dueAtMs: null, reason: null }, by),
    archive: (store, id, by) => store.archiveTask(id, by),
  };
  for (const [verb, move] of Object.entries(moves))
    test(`takes force to ${verb}, and then leaves no claim behind, with a run or without`, async () => {
      const { board } = await openHermes();
      for (const id of claimed) {
        expect(await refusalOf(move(board.store, id, person))).toBe("conflict");
        await move(board.store, id, force);
        expect(await board.store.requireTask(id)).toMatchObject({
          claimLock: null,
          claimExpiresAtMs: null,
          workerPid: null,
          currentRunId: null,
        });
        expect((await board.store.listRuns(id)).filter((run) => run.endedAtMs === null)).toEqual([]);
      }
    });

  test("can be reclaimed by a person, with a run or without", async () => {
    const { board } = await openHermes();
    for (const id of claimed) {
      expect((await board.store.reclaimTask(id, "host is gone", person)).status).toBe("ready");
      expect((await board.store.requireTask(id)).claimLock).toBeNull();
    }
    expect((await board.store.listRuns(hermesIds.running))[0]?.outcome).toBe("reclaimed");
  });

  test("whose worker is gone is closed by a tick, with a run or without, once", async () => {
    const { board } = await openHermes();
    const live = (await board.store.listLiveRuns()).filter((run) => claimed.includes(run.taskId as never));
    const closings = live.map((run) => ({ run, ending: ending("crashed"), treeGone: true }));
    expect((await board.tick({ closings })).closed.map((one) => one.status)).toEqual(["ready", "ready"]);
    expect((await board.tick({ closings })).closed).toEqual([]);
    for (const id of claimed)
      expect(await board.store.requireTask(id)).toMatchObject({ claimLock: null, consecutiveFailures: 1 });
  });

  test("whose run its program ended without settling the task is closed by a tick as well", async () => {
    const { board } = await openHermes((db) =>
      db.run(
        "UPDATE task_runs SET ended_at = 9, outcome = 'crashed', status = 'crashed', claim_lock = NULL, worker_pid = NULL WHERE id = 2",
      ),
    );
    const { closed } = await board.end(hermesIds.running, ending("crashed"));
    expect(closed).toMatchObject([{ taskId: hermesIds.running, status: "ready" }]);
    expect(await board.store.requireTask(hermesIds.running)).toMatchObject({
      status: "ready",
      currentRunId: null,
    });
  });

  test("is proved by its whole claim lock, as its worker knows it", async () => {
    const { board } = await openHermes();
    const wrong = { actor: "w", run: { runId: 2, token: "123" } };
    expect(await refusalOf(board.store.completeTask(hermesIds.running, {}, wrong))).toBe("superseded");
    const worker = { actor: "w", run: { runId: 2, token: otherHostLock } };
    expect((await board.store.completeTask(hermesIds.running, { result: "x" }, worker)).status).toBe("done");
  });

  test("without any lock is proved by nothing", async () => {
    const { board } = await openHermes((db) => db.run("UPDATE tasks SET claim_lock = NULL"));
    const worker = { actor: "w", run: { runId: 2, token: "" } };
    expect(await refusalOf(board.store.completeTask(hermesIds.running, {}, worker))).toBe("superseded");
  });
});

describe("a program that knows nothing of our tables", () => {
  test("closes our run by its own writes: the slot stays until the worker is gone", async () => {
    const { board, path } = await openHermes();
    const { task, claim } = await board.work();
    const db = new Database(path);
    db.run(
      "UPDATE task_runs SET status = 'done', outcome = 'completed', ended_at = 1700000001, claim_lock = NULL WHERE id = ?",
      [claim.runId],
    );
    db.run(
      "UPDATE tasks SET status = 'done', completed_at = 1700000001, claim_lock = NULL, claim_expires = NULL, current_run_id = NULL WHERE id = ?",
      [task.id],
    );
    db.close();
    expect(await board.liveRun(task.id)).toMatchObject({ runId: claim.runId, isOpen: false });
    const before = (await board.slots()).all;
    await board.free(task.id);
    expect((await board.slots()).all).toBe(before - 1);
  });

  test("takes a task from our run: the run is no proof any more, and is ended when its worker is gone", async () => {
    const { board, path } = await openHermes();
    const { task, claim, worker } = await board.work();
    const db = new Database(path);
    db.run(
      "UPDATE tasks SET status = 'ready', claim_lock = NULL, claim_expires = NULL, current_run_id = NULL WHERE id = ?",
      [task.id],
    );
    db.close();
    expect(await refusalOf(board.fresh.store.completeTask(task.id, {}, worker))).toBe("superseded");
    expect(
      await board.fresh.store.applyTick(
        board.plan({
          claims: { host: here, max: 9, homeMax: 99, boardMax: null, elsewhere: nothingElsewhere },
        }),
      ),
    ).toMatchObject({
      claimed: expect.not.arrayContaining([
        expect.objectContaining({ task: expect.objectContaining({ id: task.id }) }),
      ]),
    });
    board.clock.pass(minuteMs);
    await board.free(task.id);
    expect((await board.store.listRuns(task.id)).find((run) => run.id === claim.runId)?.outcome).toBe(
      "reclaimed",
    );
  });
});
