import { describe, expect, test } from "bun:test";
import { isLeaseRenewalDue } from "../../../src/board/claim.ts";
import { ending, leaseMs, minuteMs, type Open, person, refusalOf } from "../board-under-test.ts";

export function describeLeases(open: Open): void {
  describe("a heartbeat", () => {
    test("of a worker renews its lease and is its sign of life", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      board.clock.pass(10 * minuteMs);
      const ends = await board.store.heartbeat(task.id, { leaseMs, note: "half way" }, worker);
      expect(ends).toBe(board.clock.nowMs() + leaseMs);
      expect(await board.store.requireTask(task.id)).toMatchObject({
        claimExpiresAtMs: ends,
        lastHeartbeatAtMs: board.clock.nowMs(),
      });
      expect(await board.liveRun(task.id)).toMatchObject({
        claimExpiresAtMs: ends,
        lastHeartbeatAtMs: board.clock.nowMs(),
      });
      expect(await board.lastEvent(task.id)).toMatchObject({
        kind: "heartbeat",
        payload: { note: "half way" },
      });
    });

    test("W19: of a person renews the person's lease", async () => {
      const board = await open();
      const { id } = await board.create();
      const claim = await board.claimAs(id, person);
      board.clock.pass(14 * minuteMs);
      const ends = await board.store.heartbeat(id, { leaseMs }, person);
      expect(ends).toBe(claim.claimExpiresAtMs + 14 * minuteMs);
      expect((await board.liveRun(id)).claimExpiresAtMs).toBe(ends);
    });

    test("is refused where nothing runs", async () => {
      const board = await open();
      const { id } = await board.create();
      expect(await refusalOf(board.store.heartbeat(id, { leaseMs }, person))).toBe("illegal_move");
      expect(await refusalOf(board.store.heartbeat("t_ffffffff", { leaseMs }, person))).toBe("not_found");
    });

    test("W11: is not inherited by the next claim", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      await board.store.heartbeat(task.id, { leaseMs }, worker);
      await board.end(task.id, ending("interrupted"));
      board.clock.pass(60 * minuteMs);
      await board.claim();
      expect((await board.store.requireTask(task.id)).lastHeartbeatAtMs).toBeNull();
      expect(await board.liveRun(task.id)).toMatchObject({
        lastHeartbeatAtMs: null,
        claimedAtMs: board.clock.nowMs(),
        claimedAtMonotonicMs: board.clock.monotonicMs(),
      });
    });
  });

  describe("a renewal by the dispatcher", () => {
    test("moves the end of the lease, and is no sign of life", async () => {
      const board = await open();
      const { task } = await board.work();
      board.clock.pass(10 * minuteMs);
      const run = await board.liveRun(task.id);
      expect(isLeaseRenewalDue(run, { nowMs: board.clock.nowMs(), leaseMs })).toBe(true);
      const before = await board.store.getLastEventId();
      await board.tick({ renewals: [run] });
      const renewed = await board.liveRun(task.id);
      expect(renewed).toMatchObject({
        claimExpiresAtMs: board.clock.nowMs() + leaseMs,
        lastHeartbeatAtMs: null,
      });
      expect(isLeaseRenewalDue(renewed, { nowMs: board.clock.nowMs(), leaseMs })).toBe(false);
      expect(await board.store.getLastEventId()).toBe(before);
    });

    test("gives no lease to a run that has ended", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      const run = await board.liveRun(task.id);
      await board.store.completeTask(task.id, {}, worker);
      await board.tick({ renewals: [run] });
      expect((await board.store.requireTask(task.id)).claimExpiresAtMs).toBeNull();
    });
  });

  test("a person's claim whose lease ended is closed as reclaimed, and the task is ready again", async () => {
    const board = await open();
    const { id } = await board.create();
    await board.claimAs(id, person);
    const { closed } = await board.end(
      id,
      ending("reclaimed", { error: "the lease ended without a heartbeat" }),
    );
    expect(closed).toMatchObject([{ taskId: id, status: "ready", gaveUp: false }]);
    expect((await board.store.requireTask(id)).consecutiveFailures).toBe(0);
    expect(await board.store.listLiveRuns()).toEqual([]);
    expect(await refusalOf(board.store.heartbeat(id, { leaseMs }, person))).toBe("illegal_move");
  });
}
