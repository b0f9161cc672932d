import { describe, expect, test } from "bun:test";
import type { Claim } from "../../../src/store/tick.ts";
import { type BoardUnderTest, ending, force, here, type Open, vouching } from "../board-under-test.ts";

const shim = { pid: 4_711, startTime: "99" };

async function recordStart(board: BoardUnderTest, claim: Claim, scratchPath: string | null = null) {
  const started = [{ claim, process: shim, pid: shim.pid, scratchPath }];
  return (await board.store.recordStarts({ started, failed: [] }, board.plan())).closed;
}

export function describeStarts(open: Open): void {
  describe("recording a start", () => {
    test("writes the process down, and the event that tells of it", async () => {
      const board = await open();
      const { task, claim } = await board.work();
      expect(await recordStart(board, claim)).toEqual([]);
      expect((await board.store.requireTask(task.id)).workerPid).toBe(shim.pid);
      expect((await board.store.listRuns(task.id))[0]?.workerPid).toBe(shim.pid);
      expect((await board.liveRun(task.id)).process).toEqual(shim);
      expect(await board.lastEvent(task.id)).toMatchObject({
        kind: "spawned",
        runId: claim.runId,
        payload: { pid: shim.pid },
      });
    });

    test("W10: of a worker that was faster leaves no pid, and no `spawned` behind `completed`", async () => {
      const board = await open();
      const { task, claim, worker } = await board.work();
      await board.store.completeTask(task.id, {}, worker);
      await recordStart(board, claim);
      expect((await board.store.requireTask(task.id)).workerPid).toBeNull();
      expect((await board.store.listRuns(task.id))[0]?.workerPid).toBeNull();
      expect(await board.eventsOf(task.id)).toEqual(["created", "claimed", "completed"]);
      // Its processes must still be found, to see them gone.
      expect((await board.liveRun(task.id)).process).toEqual(shim);
    });

    test("of a run that was taken over writes nothing over its successor", async () => {
      const board = await open();
      const { task, claim } = await board.work();
      await board.store.reclaimTask(task.id, null, vouching);
      await board.claim();
      await recordStart(board, claim);
      expect((await board.store.requireTask(task.id)).workerPid).toBeNull();
      expect((await board.liveRun(task.id)).process).toBeNull();
      expect(await board.eventsOf(task.id)).not.toContain("spawned");
    });

    test("that another dispatcher has adopted meanwhile tells of it once", async () => {
      const board = await open();
      const { task, claim } = await board.work();
      await board.tick({ adopted: [{ run: await board.liveRun(task.id), process: shim }] });
      expect((await board.liveRun(task.id)).process).toEqual(shim);
      expect((await board.store.requireTask(task.id)).workerPid).toBe(shim.pid);
      const late = { claim, process: null, pid: shim.pid, scratchPath: null };
      await board.store.recordStarts({ started: [late], failed: [] }, board.plan());
      expect((await board.liveRun(task.id)).process).toEqual(shim);
      expect(await board.eventsOf(task.id)).toEqual(["created", "claimed", "spawned"]);
    });

    test("with another run's token writes nothing", async () => {
      const board = await open();
      const { task, claim } = await board.work();
      const token = "0".repeat(32);
      await recordStart(board, { ...claim, token, claimLock: `${here.hostname}~kanbun:${token}` });
      expect((await board.liveRun(task.id)).process).toBeNull();
      expect(await board.eventsOf(task.id)).toEqual(["created", "claimed"]);
    });
  });

  describe("recording a failed start", () => {
    test("closes the run, frees its slot and counts", async () => {
      const board = await open();
      const { task, claim } = await board.work();
      const end = ending("spawn_failed", { error: "no such command: claude" });
      const { closed } = await board.store.recordStarts(
        { started: [], failed: [{ claim, ending: end }] },
        board.plan(),
      );
      expect(closed).toMatchObject([{ taskId: task.id, runId: claim.runId, status: "ready", gaveUp: false }]);
      expect(await board.store.requireTask(task.id)).toMatchObject({
        status: "ready",
        consecutiveFailures: 1,
        lastFailureError: "no such command: claude",
        dueAtMs: board.clock.nowMs() + 10_000,
      });
      expect(await board.store.listLiveRuns()).toEqual([]);
    });

    test("of a run that a person had closed changes nothing of that", async () => {
      const board = await open();
      const { task, claim } = await board.work();
      await board.store.completeTask(task.id, {}, force);
      const failed = [{ claim, ending: ending("spawn_failed") }];
      expect((await board.store.recordStarts({ started: [], failed }, board.plan())).closed).toEqual([]);
      expect(await board.status(task.id)).toBe("done");
      expect(await board.store.listLiveRuns()).toEqual([]);
    });
  });

  describe("I8: a scratch folder", () => {
    test("can be removed when its task is done and its last process gone, and is then forgotten", async () => {
      const board = await open();
      const { task, claim, worker } = await board.work();
      const path = "/srv/board/workspaces/x";
      await recordStart(board, claim, path);
      expect(await board.store.listRemovableScratch()).toEqual([]);
      await board.store.completeTask(task.id, {}, worker);
      expect(await board.store.listRemovableScratch()).toEqual([]);
      await board.free(task.id);
      expect(await board.store.listRemovableScratch()).toEqual([
        { runId: claim.runId, taskId: task.id, path, host: here.host },
      ]);
      await board.store.forgetScratch([claim.runId]);
      expect(await board.store.listRemovableScratch()).toEqual([]);
    });

    test("is named to its own home, and of no home to each", async () => {
      const board = await open();
      const [own, other] = ["0123456789ab", "ba9876543210"] as const;
      const work = async (host: string) => {
        await board.create();
        const [claim] = await board.claim({ host: { ...here, host } });
        if (claim === undefined) throw new Error("nothing was claimed");
        await recordStart(board, claim, `/srv/board/workspaces/${claim.task.id}`);
        await board.store.completeTask(claim.task.id, {}, force);
        await board.free(claim.task.id);
        return claim.runId;
      };
      const ofOwn = await work(`${own}+m/ns`);
      const ofOther = await work(`${other}+m/ns`);
      const ofFile = await work("m/ns");
      const named = async (home?: string) =>
        (await board.store.listRemovableScratch(home)).map(({ runId }) => runId).sort();
      expect(await named(own)).toEqual([ofOwn, ofFile]);
      expect(await named(other)).toEqual([ofOther, ofFile]);
      expect(await named()).toEqual([ofOwn, ofOther, ofFile]);
    });

    test("of a task that was not completed stays", async () => {
      const board = await open();
      const { task, claim } = await board.work();
      await recordStart(board, claim, "/srv/board/workspaces/x");
      await board.store.cancelTask(task.id, null, force);
      await board.free(task.id);
      expect(await board.store.listRemovableScratch()).toEqual([]);
    });
  });
}
