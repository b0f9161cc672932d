import { describe, expect, test } from "bun:test";
import { ending, noReason, type Open, person, refusalOf } from "../board-under-test.ts";

const missing = "t_ffffffff";

export function describeVerdicts(open: Open): void {
  describe("completing a task", () => {
    test("closes its worker's run and keeps what it hands on", async () => {
      const board = await open();
      const { task, claim, worker } = await board.work();
      const verdict = { result: "42", summary: "it was easy", metadata: { files: ["a"] } };
      const done = await board.store.completeTask(task.id, verdict, worker);
      expect(done).toMatchObject({ status: "done", result: "42", completedAtMs: board.clock.nowMs() });
      expect(await board.store.listRuns(task.id)).toMatchObject([
        {
          id: claim.runId,
          status: "done",
          outcome: "completed",
          summary: "it was easy",
          metadata: { files: ["a"] },
        },
      ]);
      expect(await board.lastEvent(task.id)).toMatchObject({
        kind: "completed",
        runId: claim.runId,
        payload: { actor: "worker:shell", result_len: 2, summary: "it was easy" },
      });
    });

    test("lets its worker leave by itself: the run stays live, and is told nothing", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      await board.store.completeTask(task.id, {}, worker);
      expect(await board.liveRun(task.id)).toMatchObject({ isOpen: false, stop: null, outcome: "completed" });
    });

    test("by a person without a run keeps the hand-off where children look for it", async () => {
      const board = await open();
      const parent = await board.create();
      const child = await board.create({ parents: [parent.id] });
      await board.store.completeTask(parent.id, { summary: "by hand", metadata: { n: 1 } }, person);
      const { parents } = await board.store.requireDossier(child.id);
      expect(parents).toMatchObject([
        { id: parent.id, status: "done", summary: "by hand", metadata: { n: 1 } },
      ]);
    });

    test("forgives what failed before", async () => {
      const board = await open();
      const { task } = await board.work();
      await board.end(task.id, ending("crashed", { error: "exit code 3" }));
      expect(await board.store.requireTask(task.id)).toMatchObject({
        consecutiveFailures: 1,
        lastFailureError: "exit code 3",
      });
      await board.store.completeTask(task.id, {}, person);
      expect(await board.store.requireTask(task.id)).toMatchObject({
        consecutiveFailures: 0,
        lastFailureError: null,
        dueAtMs: null,
      });
    });

    test("promotes the children that waited for nothing else, in the same breath", async () => {
      const board = await open();
      const [first, second] = [await board.create(), await board.create()];
      const both = await board.create({ parents: [first.id, second.id] });
      const one = await board.create({ parents: [first.id] });
      await board.store.completeTask(first.id, {}, person);
      expect([await board.status(one.id), await board.status(both.id)]).toEqual(["ready", "todo"]);
      await board.store.completeTask(second.id, {}, person);
      expect(await board.status(both.id)).toBe("ready");
      expect(await board.eventsOf(both.id)).toEqual(["created", "promoted"]);
    });

    test("is refused twice, and where there is no task", async () => {
      const board = await open();
      const { id } = await board.create();
      await board.store.completeTask(id, {}, person);
      expect(await refusalOf(board.store.completeTask(id, {}, person))).toBe("illegal_move");
      expect(await refusalOf(board.store.completeTask(missing, {}, person))).toBe("not_found");
    });
  });

  describe("blocking a task", () => {
    test("closes its worker's run, and says why", async () => {
      const board = await open();
      const { task, claim, worker } = await board.work();
      const blocked = await board.store.blockTask(task.id, { reason: "which?", kind: "needs_input" }, worker);
      expect(blocked).toMatchObject({ status: "blocked", blockKind: "needs_input" });
      expect(await board.store.listRuns(task.id)).toMatchObject([{ outcome: "blocked", summary: "which?" }]);
      expect(await board.lastEvent(task.id)).toMatchObject({
        kind: "blocked",
        runId: claim.runId,
        payload: { reason: "which?", kind: "needs_input" },
      });
    });

    test("takes its start time away", async () => {
      const board = await open();
      const { id } = await board.create({ dueAtMs: 1 });
      expect((await board.store.blockTask(id, noReason, person)).dueAtMs).toBeNull();
    });

    test("W28: for a dependency without an open parent is refused", async () => {
      const board = await open();
      const parent = await board.create();
      const { id } = await board.create({ parents: [parent.id] });
      await board.store.completeTask(parent.id, {}, person);
      expect(await refusalOf(board.store.blockTask(id, { reason: null, kind: "dependency" }, person))).toBe(
        "usage",
      );
    });

    test("W28: for a dependency with an open parent waits for that parent", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      const parent = await board.create();
      await board.store.linkTasks({ parentId: parent.id, childId: task.id }, person);
      const waiting = await board.store.blockTask(task.id, { reason: "x", kind: "dependency" }, worker);
      expect(waiting).toMatchObject({ status: "todo", blockKind: "dependency" });
      await board.store.completeTask(parent.id, {}, person);
      expect(await board.status(task.id)).toBe("ready");
    });

    test("is refused for a blocked, a finished and a missing task", async () => {
      const board = await open();
      const { id } = await board.create({ blocked: noReason });
      expect(await refusalOf(board.store.blockTask(id, noReason, person))).toBe("illegal_move");
      await board.store.completeTask(id, {}, person);
      expect(await refusalOf(board.store.blockTask(id, noReason, person))).toBe("illegal_move");
      expect(await refusalOf(board.store.blockTask(missing, noReason, person))).toBe("not_found");
    });
  });

  describe("W28: a blocked task", () => {
    test("is opened by no read, no tick, no full reconcile and no finished parent", async () => {
      const board = await open();
      const parent = await board.create();
      const ids = [
        (await board.create({ blocked: { reason: null, kind: "transient" } })).id,
        (await board.create({ blocked: noReason, parents: [parent.id] })).id,
      ];
      await board.store.listTasks({});
      await board.store.completeTask(parent.id, {}, person);
      for (const reconcile of [false, true]) {
        board.clock.pass(86_400_000);
        expect(await board.view({ reconcile })).toMatchObject({ hasPromotions: false, hasCandidates: false });
        expect((await board.tick({ reconcile })).promoted).toEqual([]);
      }
      for (const id of ids) expect(await board.status(id)).toBe("blocked");
    });

    test("is opened by unblock, forgiven: ready, or waiting for its parents", async () => {
      const board = await open();
      const parent = await board.create();
      const [free, waiting] = [
        await board.create({ blocked: noReason }),
        await board.create({ blocked: noReason, parents: [parent.id] }),
      ];
      expect((await board.store.unblockTask(free.id, person)).status).toBe("ready");
      expect((await board.store.unblockTask(waiting.id, person)).status).toBe("todo");
      expect((await board.lastEvent(waiting.id))?.payload).toMatchObject({ status: "todo", actor: "ada" });
    });

    test("starts its failures anew after unblock", async () => {
      const board = await open();
      const { task } = await board.work({ maxRetries: 1 });
      await board.end(task.id, ending("crashed", { error: "exit code 3" }));
      expect(await board.status(task.id)).toBe("blocked");
      expect(await board.store.unblockTask(task.id, person)).toMatchObject({
        status: "ready",
        consecutiveFailures: 0,
        lastFailureError: null,
      });
    });

    test("is the only one that can be unblocked", async () => {
      const board = await open();
      const { id } = await board.create();
      expect(await refusalOf(board.store.unblockTask(id, person))).toBe("illegal_move");
      expect(await refusalOf(board.store.unblockTask(missing, person))).toBe("not_found");
    });
  });
}
