import { describe, expect, test } from "bun:test";
import type { RetryPolicy } from "../../../src/board/retry-policy.ts";
import type { BoardStore, By } from "../../../src/store/store.ts";
import {
  ending,
  force,
  leaseMs,
  noReason,
  type Open,
  person,
  policy,
  refusalOf,
  workerOf,
} from "../board-under-test.ts";

const { retry }: { retry: RetryPolicy } = policy("shell");

const attachment = { filename: "a", storedPath: "/srv/a", contentType: null, sizeBytes: 1 };

/** Every write that a worker can ask for about its own task. */
const writes: Record<string, (store: BoardStore, id: string, by: By) => Promise<unknown>> = {
  complete: (store, id, by) => store.completeTask(id, { result: "42" }, by),
  block: (store, id, by) => store.blockTask(id, { reason: "?", kind: "needs_input" }, by),
  "block for a dependency": (store, id, by) => store.blockTask(id, { reason: "?", kind: "dependency" }, by),
  schedule: (store, id, by) => store.scheduleTask(id, { dueAtMs: 5, reason: null }, by),
  heartbeat: (store, id, by) => store.heartbeat(id, { leaseMs }, by),
  comment: (store, id, by) => store.addComment(id, "hello", by),
  attach: (store, id, by) => store.attachFiles(id, [attachment], by),
  detach: async (store, id, by) => {
    const [kept] = await store.attachFiles(id, [attachment], person);
    return store.detachFile(kept?.id ?? 0, by);
  },
  "rate limit": (store, id, by) => store.rateLimitTask(id, { retryAfterMs: 5, policy: retry }, by),
  ask: (store, id, by) => store.askQuestion(id, { question: "?", answerKind: "text", choices: [] }, by),
  answer: (store, id, by) => store.answerQuestion(id, "yes", by),
  "request a review": (store, id, by) =>
    store.requestReview(id, { reviewer: null, summary: null, metadata: null }, by),
  approve: (store, id, by) => store.approveTask(id, {}, by),
  "request changes": (store, id, by) => store.requestChanges(id, "no", by),
  edit: (store, id, by) => store.editTask(id, { priority: 5 }, by),
  assign: (store, id, by) => store.assignTask(id, "claude", by),
  promote: (store, id, by) => store.promoteTask(id, by),
  unblock: (store, id, by) => store.unblockTask(id, by),
  archive: (store, id, by) => store.archiveTask(id, by),
  cancel: (store, id, by) => store.cancelTask(id, null, by),
  reclaim: (store, id, by) => store.reclaimTask(id, null, by),
  "link below another": async (store, id, by) => {
    const parentId = (await store.listTasks({ tenant: "other" }))[0]?.id ?? "";
    await store.linkTasks({ parentId, childId: id }, by);
  },
};

export function describeProof(open: Open): void {
  test("who has the token of a run is known as its worker, also when it is over, and no one else", async () => {
    const board = await open();
    const { task, claim } = await board.work();
    const run = { taskId: task.id, runId: claim.runId, token: claim.token };
    const knows = (parts: Partial<typeof run>) => board.store.knowsRun({ ...run, ...parts });
    const held = await board.create();
    const { runId, token } = await board.claimAs(held.id, person);
    const asked = async () => [
      await knows({}),
      await knows({ token: "" }),
      await knows({ token: `${claim.token}0` }),
      await knows({ runId: claim.runId + 1 }),
      await knows({ taskId: "t_00000000" }),
      // A person's claim is no worker's.
      await knows({ taskId: held.id, runId, token }),
    ];
    expect(await asked()).toEqual([true, false, false, false, false, false]);
    await board.end(task.id, ending("completed"));
    expect(await asked()).toEqual([true, false, false, false, false, false]);
  });

  for (const [verb, write] of Object.entries(writes))
    describe(`I4: to ${verb}`, () => {
      test(`W8: with the proof of an earlier run is superseded while its successor works: ${verb}`, async () => {
        const board = await open();
        const { task, worker } = await board.work();
        await board.create({ tenant: "other", assignee: null });
        await board.end(task.id, ending("interrupted"));
        await board.claim();
        expect(await refusalOf(write(board.store, task.id, worker))).toBe("superseded");
        expect(await refusalOf(write(board.store, task.id, { ...worker, force: true }))).toBe("superseded");
      });

      test(`with the proof of an ended run is superseded, wherever its task stands: ${verb}`, async () => {
        const board = await open();
        const { task, worker } = await board.work();
        await board.create({ tenant: "other", assignee: null });
        await board.end(task.id, ending("interrupted"));
        expect(await refusalOf(write(board.store, task.id, worker))).toBe("superseded");
        await board.store.blockTask(task.id, noReason, person);
        expect(await refusalOf(write(board.store, task.id, worker))).toBe("superseded");
        await board.store.completeTask(task.id, {}, person);
        expect(await refusalOf(write(board.store, task.id, worker))).toBe("superseded");
        await board.store.archiveTask(task.id, person);
        expect(await refusalOf(write(board.store, task.id, worker))).toBe("superseded");
      });

      test(`with a wrong token or a wrong run is superseded: ${verb}`, async () => {
        const board = await open();
        const { task, claim } = await board.work();
        await board.create({ tenant: "other", assignee: null });
        const wrong = [
          { runId: claim.runId, token: "0".repeat(32) },
          { runId: claim.runId, token: "" },
          { runId: claim.runId, token: claim.claimLock },
          { runId: claim.runId + 1, token: claim.token },
          { runId: 0, token: claim.token },
        ];
        for (const run of wrong)
          expect(await refusalOf(write(board.store, task.id, { actor: "x", run, force: true }))).toBe(
            "superseded",
          );
      });
    });

  test("a worker is told that it was superseded, not that its task stands elsewhere", async () => {
    const board = await open();
    const { task, worker } = await board.work();
    await board.store.completeTask(task.id, {}, force);
    expect(await refusalOf(board.store.completeTask(task.id, {}, worker))).toBe("superseded");
  });

  test("a worker's second verdict is superseded", async () => {
    const board = await open();
    const { task, worker } = await board.work();
    await board.store.completeTask(task.id, { result: "1" }, worker);
    expect(await refusalOf(board.store.completeTask(task.id, { result: "2" }, worker))).toBe("superseded");
    expect((await board.store.requireTask(task.id)).result).toBe("1");
  });

  test("of a worker and a dispatcher that end one run, the second changes nothing", async () => {
    const board = await open();
    const { task, claim } = await board.work();
    const run = await board.liveRun(task.id);
    await board.store.completeTask(task.id, {}, workerOf(claim));
    const { closed } = await board.tick({ closings: [{ run, ending: ending("crashed"), treeGone: true }] });
    expect(closed).toEqual([]);
    expect(await board.status(task.id)).toBe("done");
    expect((await board.store.listRuns(task.id)).map((one) => one.outcome)).toEqual(["completed"]);
  });

  test.each([true, false])(
    "a verdict that comes while a tick looks is left for the next one to tell of (all gone: %p)",
    async (treeGone) => {
      const board = await open();
      const { task, claim } = await board.work();
      const run = await board.liveRun(task.id);
      await board.store.completeTask(task.id, {}, workerOf(claim));
      await board.tick({ closings: [{ run, ending: ending("crashed"), treeGone }] });
      expect(await board.store.listLiveRuns()).toMatchObject([
        { runId: run.runId, isOpen: false, outcome: "completed", stop: null },
      ]);
    },
  );
}
