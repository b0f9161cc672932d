import { describe, expect, test } from "bun:test";
import type { AdmissionRules } from "../../../src/board/admission.ts";
import {
  type BoardUnderTest,
  ending,
  here,
  minuteMs,
  type Open,
  person,
  policies,
  policy,
} from "../board-under-test.ts";

function rulesOf(board: BoardUnderTest, homeMax: number): AdmissionRules {
  return {
    nowMs: board.clock.nowMs(),
    profiles: policies(policy("shell")),
    pauses: [],
    slots: { homeUsed: 0, homeMax, boardUsed: 0, boardMax: null, profileUsed: new Map() },
  };
}

export function describeOutlook(open: Open): void {
  describe("W45: the held tasks of a board", () => {
    test("are the ready ones that admission refuses, each with its cause, in the order of work", async () => {
      const board = await open();
      const free = await board.create({ priority: 9 });
      const nobody = await board.create({ assignee: null });
      const unknown = await board.create({ assignee: "nobody", priority: 5 });
      const { task } = await board.work();
      await board.store.reclaimTask(free.id, null, { ...person, force: true, vouchesDead: true });
      await board.end(task.id, ending("crashed"));
      await board.create({ blocked: { reason: null, kind: null } });
      const held = await board.store.listHeld(rulesOf(board, 4), 100);
      expect(held.map(({ taskId, reason }) => [taskId, reason])).toEqual([
        [unknown.id, "unknown_profile"],
        [nobody.id, "unassigned"],
        [task.id, "due"],
      ]);
      expect(held[2]?.untilAtMs).toBe(board.clock.nowMs() + 10_000);
      for (const { detail } of held) expect(detail).not.toBe("");
    });

    test("are those of a task whose last worker is not gone", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      await board.store.blockTask(task.id, { reason: null, kind: null }, worker);
      await board.store.unblockTask(task.id, person);
      expect(await board.store.listHeld(rulesOf(board, 4), 9)).toMatchObject([
        { reason: "previous_worker_alive" },
      ]);
    });

    test("are at most as many as asked for", async () => {
      const board = await open();
      for (let index = 0; index < 5; index++) await board.create();
      expect(await board.store.listHeld(rulesOf(board, 0), 3)).toHaveLength(3);
    });

    test("are found behind any number of tasks that nothing holds", async () => {
      const board = await open();
      for (let index = 0; index < 7; index++) await board.create();
      const nobody = await board.create({ assignee: null, priority: -1 });
      const held = await board.store.listHeld(rulesOf(board, 99), 2);
      expect(held.map(({ taskId }) => taskId)).toEqual([nobody.id]);
    });

    test("W26: cost no event", async () => {
      const board = await open();
      await board.create({ assignee: null });
      const before = await board.store.getLastEventId();
      for (let round = 0; round < 3; round++) {
        await board.store.listHeld(rulesOf(board, 0), 9);
        await board.claim();
      }
      expect(await board.store.getLastEventId()).toBe(before);
    });
  });

  describe("the outlook of a board", () => {
    const outlook = async (board: BoardUnderTest) => (await board.view()).outlook;

    test("without anything to come is empty, and knows what waits for a slot alone", async () => {
      const board = await open();
      const nothing = { liveHere: 0, hasReady: false, nextDueMs: null, nextRepeatMs: null };
      await board.create({ assignee: null });
      expect(await outlook(board)).toEqual(nothing);
      await board.create();
      expect(await outlook(board)).toEqual({ ...nothing, hasReady: true });
      await board.claim();
      expect(await outlook(board)).toEqual({ ...nothing, liveHere: 1 });
    });

    test("is the next of schedules, back-offs and pauses", async () => {
      const board = await open();
      const nowMs = board.clock.nowMs();
      await board.create({ dueAtMs: nowMs + 30 * minuteMs });
      expect((await outlook(board)).nextDueMs).toBe(nowMs + 30 * minuteMs);
      const { task } = await board.work();
      expect((await outlook(board)).liveHere).toBe(1);
      await board.end(task.id, ending("rate_limited", { exitCode: 75 }));
      expect((await outlook(board)).nextDueMs).toBe(nowMs + 5 * minuteMs);
      board.clock.pass(5 * minuteMs);
      expect((await outlook(board)).nextDueMs).toBe(nowMs + 30 * minuteMs);
    });

    test("is seen with workers of other homes counted, which take the board's slots too", async () => {
      const board = await open();
      const [own, otherSpace, otherHome] = [
        "0123456789ab+m/ns",
        "0123456789ab+m/other",
        "ba9876543210+m/ns",
      ].map((host) => ({ ...here, host })) as [typeof here, typeof here, typeof here];
      for (const host of [own, otherSpace, otherHome, otherHome]) {
        await board.create();
        await board.claim({ host, max: 1 });
      }
      const byHand = await board.create();
      await board.store.claimTask(byHand.id, { host: otherHome, leaseMs: minuteMs }, person);
      await board.create();
      const { live, others, ...view } = await board.view({ host: own, boardMax: 4 });
      // Whose lease is over anyone finds.
      const seen = live.map(({ holder, host }) => `${holder} ${host}`).sort();
      expect(seen).toEqual([`person ${otherHome.host}`, `worker ${own.host}`, `worker ${otherSpace.host}`]);
      expect(others).toEqual([{ host: otherHome.host, profile: "shell", count: 2 }]);
      expect(view).toMatchObject({ hasCandidates: false, outlook: { liveHere: 1, hasReady: true } });
      expect(await board.view({ host: own, boardMax: 5 })).toMatchObject({ hasCandidates: true });
      const slots = { onBoard: 4, byProfile: new Map([["shell", 4]]) };
      expect(await board.store.countSlots({ host: own, nowMs: board.clock.nowMs() })).toMatchObject(slots);
      // A claim counts them for itself.
      expect(await board.claim({ host: own, boardMax: 4 })).toEqual([]);
    });

    test("counts no worker of another host", async () => {
      const board = await open();
      await board.create();
      await board.claim({ host: { ...here, host: "other/ns" } });
      expect((await outlook(board)).liveHere).toBe(0);
    });
  });
}
