import { describe, expect, test } from "bun:test";
import { ending, force, type Open, person, refusalOf, vouching } from "../board-under-test.ts";

export function describeReclaims(open: Open): void {
  describe("reclaiming a task", () => {
    test("W12: keeps the claim until the run is closed, and asks for its end", async () => {
      const board = await open();
      const { task, claim } = await board.work();
      const reclaimed = await board.store.reclaimTask(task.id, "taking too long", person);
      expect(reclaimed).toMatchObject({
        status: "running",
        currentRunId: claim.runId,
        claimLock: claim.claimLock,
      });
      expect(await board.liveRun(task.id)).toMatchObject({ isOpen: true, stop: { reason: "reclaimed" } });
      expect(await board.lastEvent(task.id)).toMatchObject({
        kind: "stop_requested",
        payload: { reason: "taking too long", actor: "ada" },
      });
      expect(await board.claim()).toEqual([]);
    });

    test("makes it ready when a dispatcher has seen its worker gone, and counts no failure", async () => {
      const board = await open();
      const { task } = await board.work();
      await board.store.reclaimTask(task.id, null, person);
      const { closed } = await board.end(task.id, ending("reclaimed", { again: "now" }));
      expect(closed).toMatchObject([{ status: "ready", gaveUp: false }]);
      expect((await board.store.requireTask(task.id)).consecutiveFailures).toBe(0);
      expect(await board.claim()).toHaveLength(1);
    });

    test("keeps the first reason for an end that was given", async () => {
      const board = await open();
      const { task } = await board.work();
      const run = await board.liveRun(task.id);
      await board.tick({ stops: [{ run, reason: "timed_out" }] });
      const told = await board.liveRun(task.id);
      await board.store.reclaimTask(task.id, null, person);
      expect((await board.liveRun(task.id)).stop).toEqual(told.stop);
      expect(told.stop).toEqual({ reason: "timed_out", termAtMonotonicMs: board.clock.monotonicMs() });
    });

    test("that is vouched to have no worker any more makes it ready at once", async () => {
      const board = await open();
      const { task } = await board.work();
      expect((await board.store.reclaimTask(task.id, "host lost", vouching)).status).toBe("ready");
      expect(await board.store.listRuns(task.id)).toMatchObject([
        { outcome: "reclaimed", error: "host lost" },
      ]);
      expect(await board.store.listLiveRuns()).toEqual([]);
    });

    test("the claim of the very person makes it ready at once, with another person's force as well (X27)", async () => {
      const board = await open();
      const { id } = await board.create();
      for (const by of [person, { actor: "bob", force: true }]) {
        await board.claimAs(id, person);
        expect((await board.store.reclaimTask(id, null, by)).status).toBe("ready");
      }
      expect(await board.store.listLiveRuns()).toEqual([]);
    });

    test("of what does not run is refused", async () => {
      const board = await open();
      const { id } = await board.create();
      expect(await refusalOf(board.store.reclaimTask(id, null, vouching))).toBe("illegal_move");
      expect(await refusalOf(board.store.reclaimTask("t_ffffffff", null, force))).toBe("not_found");
    });
  });

  describe("telling a worker to end", () => {
    test("is written down once, with the instant of the first time", async () => {
      const board = await open();
      const { task } = await board.work();
      const toldAtMs = board.clock.monotonicMs();
      await board.tick({ stops: [{ run: await board.liveRun(task.id), reason: "stale" }] });
      board.clock.pass(5_000);
      await board.tick({ stops: [{ run: await board.liveRun(task.id), reason: "timed_out" }] });
      expect((await board.liveRun(task.id)).stop).toEqual({ reason: "stale", termAtMonotonicMs: toldAtMs });
      expect((await board.eventsOf(task.id)).filter((kind) => kind === "stop_requested")).toHaveLength(1);
    });
  });
}
