import { describe, expect, test } from "bun:test";
import type { BoardStore, By } from "../../../src/store/store.ts";
import { force, noReason, type Open, person, policy, refusalOf } from "../board-under-test.ts";

/** What ends a running task, and the outcome that its run then has. */
const moves: Record<string, [(store: BoardStore, id: string, by: By) => Promise<unknown>, string]> = {
  complete: [(store, id, by) => store.completeTask(id, {}, by), "completed"],
  block: [(store, id, by) => store.blockTask(id, noReason, by), "blocked"],
  schedule: [(store, id, by) => store.scheduleTask(id, { dueAtMs: null, reason: null }, by), "scheduled"],
  archive: [(store, id, by) => store.archiveTask(id, by), "cancelled"],
  "rate limit": [
    (store, id, by) => store.rateLimitTask(id, { retryAfterMs: null, policy: policy("shell").retry }, by),
    "rate_limited",
  ],
};

export function describeForce(open: Open): void {
  for (const [verb, [move, outcome]] of Object.entries(moves)) {
    test(`W20: a person without force cannot ${verb} what a worker is at`, async () => {
      const board = await open();
      const { task } = await board.work();
      expect(await refusalOf(move(board.store, task.id, person))).toBe("conflict");
    });

    test(`W13: a person with force can ${verb} it, and its worker is told to leave`, async () => {
      const board = await open();
      const { task } = await board.work();
      await move(board.store, task.id, force);
      expect((await board.store.listRuns(task.id)).map((run) => run.outcome as string)).toEqual([outcome]);
      expect(await board.liveRun(task.id)).toMatchObject({
        isOpen: false,
        stop: { reason: "leave", termAtMonotonicMs: null },
      });
    });

    test(`X27: a person needs force to ${verb} what another has claimed, and none for a claim of their own`, async () => {
      const board = await open();
      const { id } = await board.create();
      await board.claimAs(id, person);
      expect(await refusalOf(move(board.store, id, { actor: "bob" }))).toBe("conflict");
      await move(board.store, id, person);
      expect((await board.store.listRuns(id)).map((run) => run.outcome as string)).toEqual([outcome]);
    });
  }

  test("I11: what was taken from a worker is not claimed again before the worker is known to be gone", async () => {
    const board = await open();
    const { task } = await board.work();
    await board.store.blockTask(task.id, noReason, force);
    await board.store.unblockTask(task.id, person);
    expect(await board.claim()).toEqual([]);
    await board.free(task.id);
    expect((await board.claim()).map((claim) => claim.task.id)).toEqual([task.id]);
  });

  describe("cancelling", () => {
    test("a running task needs no force: it is a decision about the worker as well", async () => {
      const board = await open();
      const { task } = await board.work();
      expect((await board.store.cancelTask(task.id, "not needed", person)).status).toBe("archived");
      expect(await board.store.listRuns(task.id)).toMatchObject([
        { outcome: "cancelled", error: "not needed" },
      ]);
      expect((await board.liveRun(task.id)).stop?.reason).toBe("leave");
    });
  });
}
