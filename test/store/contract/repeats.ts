import { describe, expect, test } from "bun:test";
import { nothingElsewhere } from "../../../src/board/admission.ts";
import type { NewRepeat } from "../../../src/board/repeat.ts";
import type { Open } from "../board-under-test.ts";
import { type BoardUnderTest, ending, here, person, refusalOf } from "../board-under-test.ts";

const nightly: NewRepeat = {
  times: "0 9 * * *",
  timeZone: "UTC",
  overlap: "skip",
  task: { title: "Nightly", assignee: "shell", body: "make test", priority: 3 },
};

/** A tick's transaction at the board's time. */
const tick = (board: BoardUnderTest, store = board.store) =>
  store.applyTick(board.plan({ makesRepeats: true, nowMs: board.clock.nowMs() }));

const nowIs = (board: BoardUnderTest, text: string) => {
  board.clock.wallMs = Date.parse(text);
};

export function describeRepeats(open: Open): void {
  describe("a repeating task", () => {
    const start = async (input: Partial<NewRepeat> = {}) => {
      const board = await open();
      nowIs(board, "2026-11-28T10:00Z");
      return { board, repeat: await board.store.addRepeat({ ...nightly, ...input }, person) };
    };

    test("is made at its time, once, and the repeat goes on to the next", async () => {
      const { board, repeat } = await start();
      expect(repeat).toMatchObject({ title: "Nightly", nextAtMs: Date.parse("2026-11-29T09:00Z") });
      expect((await tick(board)).repeats).toEqual([]);
      expect(await board.view()).toMatchObject({ hasDueRepeats: false, nextDueMs: repeat.nextAtMs });
      nowIs(board, "2026-11-29T09:00Z");
      expect((await board.view()).hasDueRepeats).toBe(true);
      const [made] = (await tick(board)).repeats;
      expect(made).toMatchObject({ repeatId: repeat.id, dueAtMs: repeat.nextAtMs, problem: null });
      const task = await board.store.requireTask(made?.madeTaskId ?? "");
      expect(task).toMatchObject({ ...nightly.task, status: "ready" });
      expect(await board.store.getRepeatOf(task.id)).toMatchObject({ repeatId: 1, dueAtMs: repeat.nextAtMs });
      expect((await tick(board)).repeats).toEqual([]);
      expect(await board.store.requireRepeat(repeat.id)).toMatchObject({
        nextAtMs: Date.parse("2026-11-30T09:00Z"),
        lastDueAtMs: repeat.nextAtMs,
        lastTaskId: task.id,
      });
    });

    test("of which ten days were missed is made once, and a clock that is set back makes it no second time", async () => {
      const { board } = await start({ overlap: "allow" });
      nowIs(board, "2026-12-08T15:00Z");
      expect((await tick(board)).repeats).toHaveLength(1);
      nowIs(board, "2026-12-02T08:00Z");
      expect((await tick(board)).repeats).toEqual([]);
      nowIs(board, "2026-12-09T09:00Z");
      expect((await tick(board)).repeats).toHaveLength(1);
      expect(await board.store.listTasks({})).toHaveLength(2);
    });

    test("keeps its hour across a change of the clocks, a restart and a day on which nothing ran", async () => {
      const board = await open();
      nowIs(board, "2027-03-26T10:00Z");
      await board.store.addRepeat({ ...nightly, timeZone: "Europe/Berlin", overlap: "allow" }, person);
      const made: string[] = [];
      // A process for each: ticks every half hour, but none on the Sunday of the change, nor on Tuesday.
      for (const day of ["27", "29", "31"]) {
        await using store = await board.fresh.connect();
        nowIs(board, `2027-03-${day}T00:00Z`);
        for (let half = 0; half < 48; half++, board.clock.pass(1_800_000))
          for (const { dueAtMs } of (await store.applyTick(board.plan({ makesRepeats: true }))).repeats)
            made.push(`${new Date(board.clock.wallMs).toISOString()} for ${new Date(dueAtMs).toISOString()}`);
      }
      expect(made.map((one) => one.replaceAll(":00.000Z", ""))).toEqual([
        "2027-03-27T08:00 for 2027-03-27T08:00",
        "2027-03-29T00:00 for 2027-03-28T07:00",
        "2027-03-29T07:00 for 2027-03-29T07:00",
        "2027-03-31T00:00 for 2027-03-30T07:00",
        "2027-03-31T07:00 for 2027-03-31T07:00",
      ]);
    });

    test("is one under two dispatchers, and whole or not at all where one is killed", async () => {
      const { board, repeat } = await start({ overlap: "allow" });
      await using other = await board.fresh.connect();
      nowIs(board, "2026-11-29T09:00Z");
      const ticks = await Promise.all([tick(board), tick(board, other), tick(board), tick(board, other)]);
      expect(ticks.flatMap(({ repeats }) => repeats)).toHaveLength(1);
      // What fails after the tasks were made takes them back, and the time with them.
      nowIs(board, "2026-11-30T09:00Z");
      const claims = {
        ...{ host: here, max: 9, boardMax: null, elsewhere: nothingElsewhere },
        get homeMax(): number {
          throw new Error("killed");
        },
      };
      await expect(board.fresh.store.applyTick(board.plan({ makesRepeats: true, claims }))).rejects.toThrow(
        "killed",
      );
      expect(await board.store.listTasks({})).toHaveLength(1);
      expect((await board.store.requireRepeat(repeat.id)).nextAtMs).toBe(Date.parse("2026-11-30T09:00Z"));
      expect((await tick(board)).repeats).toHaveLength(1);
    });

    test("is claimed by the tick that makes it", async () => {
      const { board } = await start();
      nowIs(board, "2026-11-29T09:00Z");
      const claimed = await board.claim({}, { makesRepeats: true });
      expect(claimed.map(({ task }) => task.title)).toEqual(["Nightly"]);
    });

    test("passes its time while one is open, and says for which; when that is done it is made again", async () => {
      const { board, repeat } = await start();
      nowIs(board, "2026-11-29T09:00Z");
      const taskId = (await tick(board)).repeats[0]?.madeTaskId ?? "";
      nowIs(board, "2026-11-30T09:00Z");
      expect((await tick(board)).repeats).toMatchObject([{ madeTaskId: null, passedForTaskId: taskId }]);
      const passedAtMs = Date.parse("2026-11-30T09:00Z");
      expect(await board.store.requireRepeat(repeat.id)).toMatchObject({
        passedAtMs,
        passedForTaskId: taskId,
      });
      expect(await refusalOf(board.store.runRepeat(repeat.id, person))).toBe("conflict");
      await board.store.completeTask(taskId, {}, { ...person, force: true });
      nowIs(board, "2026-12-01T09:00Z");
      expect((await tick(board)).repeats[0]?.madeTaskId).toStartWith("t_");
    });

    test("of which one gave up is made again only where its overlap says so", async () => {
      for (const [overlap, count] of [
        ["skip", 1],
        ["after-failure", 2],
      ] as const) {
        const { board } = await start({ overlap, task: { ...nightly.task, maxRetries: 1 } });
        nowIs(board, "2026-11-29T09:00Z");
        await tick(board);
        const [claim] = await board.claim();
        await board.end(claim?.task.id ?? "", ending("crashed"));
        nowIs(board, "2026-11-30T09:00Z");
        await tick(board);
        expect(await board.store.listTasks({})).toHaveLength(count);
      }
    });

    test("waits on a paused board and is made up once; paused itself it is not made up", async () => {
      const { board, repeat } = await start({ overlap: "allow" });
      await board.store.pause({ scope: "board", untilAtMs: null, reason: "holiday" });
      nowIs(board, "2026-12-03T10:00Z");
      expect(await board.view()).toMatchObject({ hasDueRepeats: false, nextDueMs: null });
      expect((await tick(board)).repeats).toEqual([]);
      await board.store.resume("board");
      expect((await tick(board)).repeats).toHaveLength(1);
      expect(await board.store.pauseRepeat(repeat.id)).toMatchObject({ nextAtMs: null });
      nowIs(board, "2026-12-08T10:00Z");
      expect((await tick(board)).repeats).toEqual([]);
      expect((await board.store.resumeRepeat(repeat.id)).nextAtMs).toBe(Date.parse("2026-12-09T09:00Z"));
      expect((await tick(board)).repeats).toEqual([]);
    });

    test("I13: whose parent was cancelled is a finding, once; all others are made, and resuming needs it corrected", async () => {
      const board = await open();
      nowIs(board, "2026-11-28T10:00Z");
      const parent = await board.create({ title: "parent" });
      const task = { ...nightly.task, parents: [parent.id] };
      const bad = await board.store.addRepeat({ ...nightly, task }, person);
      await board.store.addRepeat(nightly, person);
      await board.store.cancelTask(parent.id, null, person);
      nowIs(board, "2026-11-29T09:00Z");
      const { repeats } = await tick(board);
      expect(repeats.map(({ madeTaskId, problem }) => [madeTaskId !== null, problem !== null])).toEqual([
        [false, true],
        [true, false],
      ]);
      expect((await tick(board)).repeats).toEqual([]);
      const problem = expect.stringContaining(`${parent.id} was cancelled`);
      expect(await board.store.requireRepeat(bad.id)).toMatchObject({ problem, nextAtMs: null });
      expect(await refusalOf(board.store.resumeRepeat(bad.id))).toBe("conflict");
    });

    test("is changed in what is given: its times only where they are, and one that had stopped goes on", async () => {
      const { board, repeat } = await start();
      const { id } = repeat;
      nowIs(board, "2026-11-29T08:59Z");
      const other = await board.store.editRepeat(id, {
        task: { body: "make all", priority: 0, tenant: null },
      });
      expect(other).toMatchObject({
        nextAtMs: repeat.nextAtMs,
        task: { ...nightly.task, body: "make all", priority: 0 },
      });
      const later = await board.store.editRepeat(id, {
        times: "30 9 * * *",
        overlap: "allow",
        task: { title: "Early" },
      });
      expect(later).toMatchObject({
        title: "Early",
        overlap: "allow",
        nextAtMs: Date.parse("2026-11-29T09:30Z"),
      });
      await board.store.pauseRepeat(id);
      expect(await board.store.editRepeat(id, { timeZone: "Europe/Berlin" })).toMatchObject({
        nextAtMs: null,
      });
      expect((await board.store.resumeRepeat(id)).nextAtMs).toBe(Date.parse("2026-11-30T08:30Z"));
      for (const wrong of [{}, { times: "0 0 30 2 *" }, { timeZone: "Moon/Base" }, { task: { title: "" } }])
        expect([wrong, await refusalOf(board.store.editRepeat(id, wrong))]).toEqual([wrong, "usage"]);
      expect(await refusalOf(board.store.editRepeat(9, { times: "@daily" }))).toBe("not_found");
      const parent = await board.create({ title: "parent" });
      await board.store.editRepeat(id, { task: { parents: [parent.id] } });
      await board.store.cancelTask(parent.id, null, person);
      nowIs(board, "2026-11-30T08:30Z");
      expect((await tick(board)).repeats).toMatchObject([{ problem: expect.stringContaining(parent.id) }]);
      const whole = await board.store.editRepeat(id, { task: { parents: [] } });
      expect(whole).toMatchObject({ problem: null, nextAtMs: Date.parse("2026-12-01T08:30Z") });
    });

    test("can be run at once beside its times, and removed without what it made", async () => {
      const { board, repeat } = await start();
      const task = await board.store.runRepeat(repeat.id, person);
      expect(task).toMatchObject({ ...nightly.task, createdBy: "ada" });
      expect((await board.store.requireRepeat(repeat.id)).nextAtMs).toBe(repeat.nextAtMs);
      expect((await board.store.runRepeat(repeat.id, { ...person, force: true })).id).not.toBe(task.id);
      await board.store.removeRepeat(repeat.id);
      expect(await board.store.listRepeats()).toEqual([]);
      expect(await board.store.getRepeatOf(task.id)).toEqual({ repeatId: 1, dueAtMs: null, repeat: null });
      nowIs(board, "2026-11-29T09:00Z");
      expect((await tick(board)).repeats).toEqual([]);
      expect(await refusalOf(board.store.requireRepeat(repeat.id))).toBe("not_found");
      expect((await board.store.addRepeat(nightly, person)).id).toBe(2);
    });

    test("is refused with what is wrong: times that never come, a zone or a parent that is not there", async () => {
      const { store } = await open();
      const refused = (input: Partial<NewRepeat>) =>
        refusalOf(store.addRepeat({ ...nightly, ...input }, person));
      expect(await refused({ times: "0 0 30 2 *" })).toBe("usage");
      expect(await refused({ timeZone: "Mars" })).toBe("usage");
      expect(await refused({ task: { title: "" } })).toBe("usage");
      expect(await refused({ task: { title: "x", parents: ["t_ffffffff"] } })).toBe("not_found");
      expect(await store.listRepeats()).toEqual([]);
    });

    test("makes at most five hundred in one tick, and the rest in the next", async () => {
      const { board } = await start();
      for (let n = 0; n < 501; n++) await board.fresh.store.addRepeat(nightly, person);
      nowIs(board, "2026-11-29T09:00Z");
      const lengths = [];
      for (let n = 0; n < 3; n++)
        lengths.push((await board.fresh.store.applyTick(board.plan({ makesRepeats: true }))).repeats.length);
      expect(lengths).toEqual([500, 2, 0]);
    });
  });
}
