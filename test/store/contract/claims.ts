import { describe, expect, test } from "bun:test";
import { here, leaseMs, noReason, type Open, person, refusalOf, workerOf } from "../board-under-test.ts";

export function describeClaims(open: Open): void {
  describe("a person's claim", () => {
    test("opens a run with a lease and no process", async () => {
      const board = await open();
      const { id } = await board.create();
      const claim = await board.claimAs(id, person);
      expect(claim.claimLock).toBe(`${here.hostname}~kanbun:${claim.token}`);
      expect(claim.claimExpiresAtMs).toBe(board.clock.nowMs() + leaseMs);
      expect(await board.store.requireTask(id)).toMatchObject({
        status: "running",
        currentRunId: claim.runId,
        claimLock: claim.claimLock,
        claimExpiresAtMs: claim.claimExpiresAtMs,
        workerPid: null,
        startedAtMs: board.clock.nowMs(),
      });
      expect(await board.liveRun(id)).toMatchObject({
        runId: claim.runId,
        holder: "person",
        isOpen: true,
        process: null,
      });
      expect(await board.lastEvent(id)).toMatchObject({ kind: "claimed", runId: claim.runId });
    });

    test("of two on one task has one winner", async () => {
      const board = await open();
      const { id } = await board.create();
      const [first, second] = [await board.fresh.connect(), await board.fresh.connect()];
      const claims = [first, second].map((store) => store.claimTask(id, { host: here, leaseMs }, person));
      const results = await Promise.allSettled(claims);
      first.close();
      second.close();
      expect(results.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
      const loser = results.find((one) => one.status === "rejected");
      expect(await refusalOf(Promise.reject(loser?.reason))).toBe("conflict");
      expect(await board.store.listRuns(id)).toHaveLength(1);
    });

    test("is refused for every task that is not ready", async () => {
      const board = await open();
      const waiting = [
        await board.create({ triage: true }),
        await board.create({ blocked: noReason }),
        await board.create({ dueAtMs: 1 }),
        await board.create({ parents: [(await board.create()).id] }),
      ];
      for (const { id } of waiting) expect(await refusalOf(board.claimAs(id, person))).toBe("illegal_move");
      expect(await refusalOf(board.claimAs("t_ffffffff", person))).toBe("not_found");
    });

    test("is refused while a process of the last run is not known to be gone", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      await board.store.blockTask(task.id, noReason, worker);
      await board.store.unblockTask(task.id, person);
      expect(await refusalOf(board.claimAs(task.id, person))).toBe("conflict");
      await board.free(task.id);
      expect((await board.claimAs(task.id, person)).task.id).toBe(task.id);
    });
  });

  describe("a claim's token", () => {
    test("W8: is random for each claim, and never used again", async () => {
      const board = await open();
      const tokens = new Set<string>();
      for (let index = 0; index < 5; index++) await board.create();
      for (const claim of await board.claim()) tokens.add(claim.token);
      const { id } = await board.create();
      for (let index = 0; index < 5; index++) {
        tokens.add((await board.claimAs(id, person)).token);
        await board.store.reclaimTask(id, null, person);
      }
      expect(tokens.size).toBe(10);
      for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{32}$/);
    });

    test("W8: of one task is no proof for another", async () => {
      const board = await open();
      const [mine, other] = [await board.work(), await board.work()];
      const stolen = { actor: "x", run: { runId: other.claim.runId, token: mine.claim.token } };
      expect(await refusalOf(board.store.completeTask(other.task.id, {}, stolen))).toBe("superseded");
      expect(await refusalOf(board.store.completeTask(other.task.id, {}, workerOf(mine.claim)))).toBe(
        "superseded",
      );
    });
  });

  test("the first start of a task stays its first start", async () => {
    const board = await open();
    const { id } = await board.create();
    const startedAtMs = board.clock.nowMs();
    for (let index = 0; index < 2; index++) {
      await board.claimAs(id, person);
      await board.store.reclaimTask(id, null, person);
      board.clock.pass(5_000);
    }
    await board.claimAs(id, person);
    expect((await board.store.requireTask(id)).startedAtMs).toBe(startedAtMs);
  });
}
