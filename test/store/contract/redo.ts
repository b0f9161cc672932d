import { describe, expect, test } from "bun:test";
import type { Open } from "../board-under-test.ts";
import { type BoardUnderTest, ending, force, noReason, person, refusalOf } from "../board-under-test.ts";

const alone = { fromHere: false };
const fromHere = { fromHere: true };

export function describeRedo(open: Open): void {
  describe("retrying a task", () => {
    test("that gave up starts a new count, and only its own", async () => {
      const board = await open();
      const { task } = await board.work({ maxRetries: 1 });
      await board.end(task.id, ending("crashed", { error: "exit code 2" }));
      expect(await board.status(task.id)).toBe("blocked");
      const { task: again, below } = await board.store.retryTask(task.id, alone, person);
      expect([again.status, again.consecutiveFailures, again.lastFailureError]).toEqual(["ready", 0, null]);
      expect(below).toEqual([]);
      expect((await board.eventsOf(task.id)).slice(-2)).toEqual(["retried", "unblocked"]);
      expect((await board.claim()).map((claim) => claim.task.id)).toEqual([task.id]);
    });

    test("that failed and waits to be tried again is due at once", async () => {
      const board = await open();
      const { task } = await board.work();
      await board.end(task.id, ending("crashed"));
      expect(await board.claim()).toEqual([]);
      const { task: again } = await board.store.retryTask(task.id, alone, person);
      expect([again.status, again.consecutiveFailures, again.dueAtMs]).toEqual(["ready", 0, null]);
      expect(await board.claim()).toHaveLength(1);
    });

    test("that is done makes what waits for it wait again, and keeps its former result in the history", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      const child = await board.create({ parents: [task.id] });
      const atWork = await board.create({ parents: [task.id] });
      await board.store.completeTask(task.id, { result: "42" }, worker);
      await board.claimAs(atWork.id, person);
      await board.free(task.id);
      const { task: again } = await board.store.retryTask(task.id, alone, person);
      expect(again).toMatchObject({ status: "ready", completedAtMs: null, result: null });
      expect([await board.status(child.id), await board.status(atWork.id)]).toEqual(["todo", "running"]);
      expect((await board.lastEvent(task.id))?.payload).toMatchObject({ from: "done", former_result: "42" });
      expect((await board.claim()).map((claim) => claim.task.id)).toEqual([task.id]);
      await board.store.completeTask(task.id, {}, force);
      expect(await board.status(child.id)).toBe("ready");
    });

    test("I2: is not started again before the last process of its former run is gone", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      await board.store.completeTask(task.id, {}, worker);
      await board.store.retryTask(task.id, alone, person);
      expect(await board.claim()).toEqual([]);
      expect(await refusalOf(board.store.completeTask(task.id, {}, worker))).toBe("superseded");
      await board.free(task.id);
      expect(await board.claim()).toHaveLength(1);
    });

    test("goes on where it waits: a cancelled one to its parents, a blocked review to its review", async () => {
      const board = await open();
      const parent = await board.create();
      const cancelled = await board.create({ parents: [parent.id] });
      await board.store.cancelTask(cancelled.id, null, person);
      expect((await board.store.retryTask(cancelled.id, alone, person)).task.status).toBe("todo");
      await board.store.archiveTask(parent.id, person);
      const { task, worker } = await board.work({ maxRetries: 1 });
      const review = { reviewer: null, summary: null, metadata: null };
      await board.store.requestReview(task.id, review, worker);
      await board.store.blockTask(task.id, noReason, person);
      expect((await board.store.retryTask(task.id, alone, person)).task.status).toBe("review");
    });

    test("frees what its cancellation had blocked, each back to where it stood", async () => {
      const board = await open();
      const parent = await board.create();
      const [waiting, triage, late] = [
        await board.create({ parents: [parent.id] }),
        await board.create({ parents: [parent.id], triage: true }),
        await board.create({ parents: [parent.id], dueAtMs: board.clock.nowMs() + 60_000 }),
      ];
      await board.store.cancelTask(parent.id, null, person);
      await board.store.retryTask(parent.id, alone, person);
      const now = await Promise.all([waiting, triage, late].map(({ id }) => board.store.requireTask(id)));
      expect(now.map((task) => task.status)).toEqual(["todo", "triage", "scheduled"]);
      expect(now[2]?.dueAtMs).toBe(late.dueAtMs);
    });

    test("is refused while it runs, and where nothing has failed", async () => {
      const board = await open();
      const { id } = await board.create();
      expect(await refusalOf(board.store.retryTask(id, alone, person))).toBe("illegal_move");
      await board.claimAs(id, person);
      expect(await refusalOf(board.store.retryTask(id, alone, force))).toBe("illegal_move");
    });
  });

  describe("retrying a task from here", () => {
    test("does what was done or gave up below it again, in order, and leaves the rest as it is", async () => {
      const board = await open();
      const top = await board.create();
      const [done, gaveUp] = [
        await board.create({ parents: [top.id] }),
        await board.create({ parents: [top.id], maxRetries: 1 }),
      ];
      const [deep, cancelled, stopped] = [
        await board.create({ parents: [done.id] }),
        await board.create({ parents: [done.id] }),
        await board.create({ parents: [done.id] }),
      ];
      const belowCancelled = await board.create({ parents: [cancelled.id], assignee: null });
      await finish(board, top.id);
      await board.claim({ max: 2 });
      await board.end(gaveUp.id, ending("crashed"));
      await board.end(done.id, ending("completed"));
      await finish(board, deep.id);
      await board.store.archiveTask(deep.id, person);
      await board.store.cancelTask(cancelled.id, null, person);
      await board.store.blockTask(stopped.id, { reason: "later", kind: null }, person);
      const { below } = await board.store.retryTask(top.id, fromHere, person);
      expect(new Set(below)).toEqual(new Set([done.id, gaveUp.id, deep.id]));
      const statuses = async (...tasks: { id: string }[]) =>
        Promise.all(tasks.map(({ id }) => board.status(id)));
      expect(await statuses(top, done, gaveUp, deep)).toEqual(["ready", "todo", "todo", "todo"]);
      expect(await statuses(cancelled, belowCancelled, stopped)).toEqual(["archived", "blocked", "blocked"]);
      await finish(board, top.id);
      expect(await statuses(done, gaveUp, deep)).toEqual(["ready", "ready", "todo"]);
      await finish(board, done.id);
      expect(await board.status(deep.id)).toBe("ready");
    });

    test("stops who is at work below it only by force, and changes nothing otherwise", async () => {
      const board = await open();
      const top = await board.create({ assignee: null });
      const child = await board.create({ parents: [top.id] });
      await finish(board, top.id);
      const [claim] = await board.claim();
      expect(await refusalOf(board.store.retryTask(top.id, fromHere, person))).toBe("conflict");
      expect([await board.status(top.id), await board.status(child.id)]).toEqual(["done", "running"]);
      const { stopped } = await board.store.retryTask(top.id, fromHere, force);
      expect(stopped).toEqual([child.id]);
      expect([await board.status(top.id), await board.status(child.id)]).toEqual(["ready", "todo"]);
      expect((await board.liveRun(child.id)).stop?.reason).toBe("leave");
      const late = { actor: "worker:shell", run: { runId: claim?.runId ?? 0, token: claim?.token ?? "" } };
      expect(await refusalOf(board.store.completeTask(child.id, {}, late))).toBe("superseded");
    });
  });

  describe("restoring a task", () => {
    test("brings it back to where it was: done, or where a person had put it, or to what it waits for", async () => {
      const board = await open();
      const parent = await board.create();
      const tasks = {
        done: await board.create(),
        triage: await board.create({ triage: true }),
        scheduled: await board.create({ dueAtMs: board.clock.nowMs() + 60_000 }),
        blocked: await board.create({ blocked: { reason: "who pays?", kind: "needs_input" } }),
        todo: await board.create({ parents: [parent.id] }),
        ready: await board.create(),
      };
      await finish(board, tasks.done.id);
      for (const [was, { id }] of Object.entries(tasks)) {
        await board.store.archiveTask(id, person);
        const restored = await board.store.restoreTask(id, person);
        expect(restored.status as string).toBe(was);
      }
      expect((await board.store.requireTask(tasks.scheduled.id)).dueAtMs).toBe(tasks.scheduled.dueAtMs);
      expect(await board.eventsOf(tasks.ready.id)).toEqual(["created", "archived", "restored"]);
    });

    test("of a cancelled one makes its children wait for it again", async () => {
      const board = await open();
      const parent = await board.create();
      const child = await board.create({ parents: [parent.id] });
      await board.store.cancelTask(parent.id, null, person);
      expect(await board.status(child.id)).toBe("blocked");
      expect((await board.store.restoreTask(parent.id, person)).status).toBe("ready");
      expect(await board.status(child.id)).toBe("todo");
    });

    test("keeps a child blocked that another cancelled parent holds", async () => {
      const board = await open();
      const [first, second] = [await board.create(), await board.create()];
      const child = await board.create({ parents: [first.id, second.id] });
      await board.store.cancelTask(first.id, null, person);
      await board.store.cancelTask(second.id, null, person);
      await board.store.restoreTask(first.id, person);
      expect(await board.status(child.id)).toBe("blocked");
      await board.store.restoreTask(second.id, person);
      expect(await board.status(child.id)).toBe("todo");
    });

    test("is refused of one that is not archived, and where another has its idempotency key by now", async () => {
      const board = await open();
      const { id } = await board.create({ idempotencyKey: "k" });
      expect(await refusalOf(board.store.restoreTask(id, person))).toBe("illegal_move");
      await board.store.archiveTask(id, person);
      await board.create({ idempotencyKey: "k" });
      expect(await refusalOf(board.store.restoreTask(id, person))).toBe("conflict");
      expect(await refusalOf(board.store.retryTask(id, alone, person))).toBe("conflict");
    });
  });

  describe("deleting a task", () => {
    test("leaves nothing of it but the word that it was deleted", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      const child = await board.create({ parents: [task.id] });
      await board.store.addComment(task.id, "a secret", person);
      await board.store.attachFiles(
        task.id,
        [{ filename: "a", storedPath: "/nowhere/a", contentType: null, sizeBytes: 1 }],
        person,
      );
      await board.store.completeTask(task.id, { summary: "a secret" }, worker);
      await board.free(task.id);
      await finish(board, child.id);
      const deleted = await board.store.deleteTask(task.id, person);
      expect(deleted).toMatchObject({ task: { id: task.id }, runIds: [1], attachments: [{ filename: "a" }] });
      expect(await board.store.getTask(task.id)).toBeNull();
      expect(await board.eventsOf(task.id)).toEqual(["deleted"]);
      expect((await board.store.requireDossier(child.id)).parents).toEqual([]);
      expect(await board.store.listRuns(task.id)).toEqual([]);
      expect((await board.store.inspect()).flaws).toEqual([]);
    });

    test("is refused while it runs, while a process of it may be left, and while a task builds on it", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      expect(await refusalOf(board.store.deleteTask(task.id, force))).toBe("illegal_move");
      await board.store.completeTask(task.id, {}, worker);
      expect(await refusalOf(board.store.deleteTask(task.id, force))).toBe("conflict");
      await board.free(task.id);
      const child = await board.create({ parents: [task.id] });
      expect(await refusalOf(board.store.deleteTask(task.id, force))).toBe("conflict");
      await board.store.unlinkTasks({ parentId: task.id, childId: child.id }, person);
      await board.store.deleteTask(task.id, person);
    });
  });
}

async function finish(board: BoardUnderTest, id: string): Promise<void> {
  await board.store.completeTask(id, {}, force);
}
