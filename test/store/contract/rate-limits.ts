import { describe, expect, test } from "bun:test";
import { ending, minuteMs, type Open, person, policies, policy, refusalOf } from "../board-under-test.ts";

const { retry } = policy("shell");
const noTime = { retryAfterMs: null, policy: retry };
const two = policies(policy("shell"), policy("claude"));

export function describeRateLimits(open: Open): void {
  describe("a rate limit", () => {
    test("D4: pauses the whole profile, and no other, until its end", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      await board.create();
      const other = await board.create({ assignee: "claude" });
      await board.store.rateLimitTask(task.id, noTime, worker);
      const untilMs = board.clock.nowMs() + 5 * minuteMs;
      expect(await board.store.listPauses()).toMatchObject([{ scope: "profile:shell", untilAtMs: untilMs }]);
      const claimed = await board.claim({}, { policies: two });
      expect(claimed.map((claim) => claim.task.id)).toEqual([other.id]);

      board.clock.pass(5 * minuteMs - 1);
      expect(await board.claim({}, { policies: two })).toEqual([]);
      board.clock.pass(1);
      await board.free(task.id);
      expect(await board.claim({}, { policies: two })).toHaveLength(2);
    });

    test("makes its task ready, not before the same instant, and counts no failure", async () => {
      const board = await open();
      const { task, claim, worker } = await board.work();
      const limited = await board.store.rateLimitTask(
        task.id,
        { retryAfterMs: 7 * minuteMs, policy: retry },
        worker,
      );
      expect(limited).toMatchObject({
        status: "ready",
        dueAtMs: board.clock.nowMs() + 7 * minuteMs,
        consecutiveFailures: 0,
      });
      expect(await board.store.listRuns(task.id)).toMatchObject([
        { id: claim.runId, outcome: "rate_limited" },
      ]);
      expect((await board.lastEvent(task.id))?.kind).toBe("rate_limited");
    });

    test("holds longer each time in a row: 5, 15, 60, 60 minutes", async () => {
      const board = await open();
      const { task } = await board.work();
      const minutes: number[] = [];
      for (let round = 0; round < 4; round++) {
        await board.end(task.id, ending("rate_limited", { exitCode: 75 }));
        const { dueAtMs } = await board.store.requireTask(task.id);
        minutes.push(((dueAtMs ?? 0) - board.clock.nowMs()) / minuteMs);
        board.clock.pass(60 * minuteMs);
        await board.claim();
      }
      expect(minutes).toEqual([5, 15, 60, 60]);
    });

    test("leaves a longer pause of the profile as it is", async () => {
      const board = await open();
      const [long, short] = [await board.work(), await board.work()];
      await board.store.rateLimitTask(
        long.task.id,
        { retryAfterMs: 60 * minuteMs, policy: retry },
        long.worker,
      );
      await board.store.rateLimitTask(short.task.id, { retryAfterMs: minuteMs, policy: retry }, short.worker);
      expect((await board.store.listPauses())[0]?.untilAtMs).toBe(board.clock.nowMs() + 60 * minuteMs);
    });

    test("is refused without a run", async () => {
      const board = await open();
      const { id } = await board.create();
      expect(await refusalOf(board.store.rateLimitTask(id, noTime, person))).toBe("illegal_move");
      expect(await refusalOf(board.store.rateLimitTask("t_ffffffff", noTime, person))).toBe("not_found");
    });
  });

  describe("resuming a profile", () => {
    test("ends its pause, and says whether there was one", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      await board.create();
      await board.store.rateLimitTask(task.id, noTime, worker);
      expect(await board.store.resume("profile:claude")).toBe(false);
      expect(await board.store.resume("profile:shell")).toBe(true);
      expect(await board.store.resume("profile:shell")).toBe(false);
      expect(await board.store.listPauses()).toEqual([]);
      expect(await board.claim()).toHaveLength(1);
    });
  });
}
