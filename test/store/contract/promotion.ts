import { describe, expect, test } from "bun:test";
import { force, minuteMs, noReason, type Open, person, refusalOf } from "../board-under-test.ts";

const missing = "t_ffffffff";

export function describePromotion(open: Open): void {
  describe("promoting a task", () => {
    test("accepts what was in triage, ready or waiting for its parents", async () => {
      const board = await open();
      const parent = await board.create();
      const [free, waiting] = [
        await board.create({ triage: true }),
        await board.create({ triage: true, parents: [parent.id] }),
      ];
      expect((await board.store.promoteTask(free.id, person)).status).toBe("ready");
      expect((await board.store.promoteTask(waiting.id, person)).status).toBe("todo");
      expect(await board.lastEvent(waiting.id)).toMatchObject({
        kind: "promoted_manual",
        payload: { status: "todo" },
      });
    });

    test("ends a wait for a time, be it a schedule or a back-off", async () => {
      const board = await open();
      const scheduled = await board.create({ dueAtMs: board.clock.nowMs() + minuteMs });
      expect(await board.store.promoteTask(scheduled.id, person)).toMatchObject({
        status: "ready",
        dueAtMs: null,
      });
      const { task } = await board.work();
      await board.end(task.id, {
        outcome: "crashed",
        error: null,
        exitCode: 1,
        protocolViolation: false,
        retryAfterMs: null,
      });
      expect((await board.store.requireTask(task.id)).dueAtMs).toBe(board.clock.nowMs() + 10_000);
      expect(await board.store.promoteTask(task.id, person)).toMatchObject({
        status: "ready",
        dueAtMs: null,
      });
    });

    test("past unfinished parents takes force", async () => {
      const board = await open();
      const parent = await board.create();
      const { id } = await board.create({ parents: [parent.id] });
      expect(await refusalOf(board.store.promoteTask(id, person))).toBe("conflict");
      expect((await board.store.promoteTask(id, force)).status).toBe("ready");
    });

    test("is refused where nothing is to be waited for", async () => {
      const board = await open();
      const [ready, blocked] = [await board.create(), await board.create({ blocked: noReason })];
      for (const { id } of [ready, blocked])
        expect(await refusalOf(board.store.promoteTask(id, force))).toBe("illegal_move");
      expect(await refusalOf(board.store.promoteTask(missing, person))).toBe("not_found");
    });
  });

  describe("scheduling a task", () => {
    test("puts it aside until an instant, or without one", async () => {
      const board = await open();
      const { id } = await board.create();
      const dueAtMs = board.clock.nowMs() + minuteMs;
      expect(await board.store.scheduleTask(id, { dueAtMs, reason: "tomorrow" }, person)).toMatchObject({
        status: "scheduled",
        dueAtMs,
      });
      expect((await board.lastEvent(id))?.payload).toMatchObject({
        reason: "tomorrow",
        due_at_ms: dueAtMs,
      });
      expect(await board.store.scheduleTask(id, { dueAtMs: null, reason: null }, person)).toMatchObject({
        status: "scheduled",
        dueAtMs: null,
      });
    });

    test("by its worker closes the run as scheduled", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      await board.store.scheduleTask(task.id, { dueAtMs: 5, reason: "later" }, worker);
      expect(await board.store.listRuns(task.id)).toMatchObject([{ outcome: "scheduled", summary: "later" }]);
    });

    test("is refused for a task in review, a finished one and none", async () => {
      const board = await open();
      const { id } = await board.create();
      await board.store.completeTask(id, {}, person);
      const at = { dueAtMs: null, reason: null };
      expect(await refusalOf(board.store.scheduleTask(id, at, person))).toBe("illegal_move");
      expect(await refusalOf(board.store.scheduleTask(missing, at, person))).toBe("not_found");
    });
  });

  describe("a tick promotes", () => {
    test("W46: what is due, at its instant and not before", async () => {
      const board = await open();
      const { id } = await board.create({ dueAtMs: board.clock.nowMs() + minuteMs });
      const view = () => board.view();
      board.clock.pass(minuteMs - 1);
      expect((await view()).hasPromotions).toBe(false);
      expect((await board.tick()).promoted).toEqual([]);
      board.clock.pass(1);
      expect((await view()).hasPromotions).toBe(true);
      expect((await board.tick()).promoted).toEqual([id]);
      expect(await board.store.requireTask(id)).toMatchObject({ status: "ready", dueAtMs: null });
      expect(await board.lastEvent(id)).toMatchObject({ kind: "promoted", payload: { actor: "dispatcher" } });
    });

    test("and claims in one transaction", async () => {
      const board = await open();
      const { id } = await board.create({ dueAtMs: 1 });
      expect((await board.claim()).map((claim) => claim.task.id)).toEqual([id]);
    });

    test("what is due but waits for a parent no further than to that wait", async () => {
      const board = await open();
      const parent = await board.create();
      const { id } = await board.create({ dueAtMs: 1, parents: [parent.id] });
      expect((await board.tick()).promoted).toEqual([]);
      expect(await board.status(id)).toBe("todo");
      await board.store.completeTask(parent.id, {}, person);
      expect(await board.status(id)).toBe("ready");
    });

    test("nothing that was put aside without a time", async () => {
      const board = await open();
      const { id } = await board.create();
      await board.store.scheduleTask(id, { dueAtMs: null, reason: null }, person);
      board.clock.pass(365 * 24 * 60 * minuteMs);
      expect((await board.tick({ reconcile: true })).promoted).toEqual([]);
    });

    test("W40: the children of what it closes, and no others", async () => {
      const board = await open();
      const { task } = await board.work();
      const other = await board.create({ assignee: null });
      const child = await board.create({ parents: [task.id] });
      await board.create({ parents: [other.id] });
      const { promoted } = await board.end(task.id, {
        outcome: "completed",
        error: null,
        exitCode: 0,
        protocolViolation: false,
        retryAfterMs: null,
      });
      expect(promoted).toEqual([child.id]);
    });
  });
}
