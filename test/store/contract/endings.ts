import { describe, expect, test } from "bun:test";
import type { RunEnding } from "../../../src/board/run-ending.ts";
import type { Task } from "../../../src/board/task.ts";
import { ending, here, minuteMs, type Open, person, policies, policy } from "../board-under-test.ts";

const error = "exit code 3\nlast line";
/** Outcome: what its task becomes, and the event that tells of it. */
const rows: [string, RunEnding, Partial<Task> & { inMs?: number }, string][] = [
  [
    "completed",
    ending("completed", { exitCode: 0 }),
    { status: "done", consecutiveFailures: 0 },
    "completed",
  ],
  [
    "crashed",
    ending("crashed", { error, exitCode: 3 }),
    { status: "ready", consecutiveFailures: 1, lastFailureError: error, inMs: 10_000 },
    "crashed",
  ],
  [
    "timed_out",
    ending("timed_out", { error }),
    { status: "ready", consecutiveFailures: 1, lastFailureError: error, inMs: 10_000 },
    "timed_out",
  ],
  [
    "spawn_failed",
    ending("spawn_failed", { error }),
    { status: "ready", consecutiveFailures: 1, lastFailureError: error, inMs: 10_000 },
    "spawn_failed",
  ],
  [
    "a protocol violation",
    ending("crashed", { exitCode: 0, protocolViolation: true }),
    { status: "ready", consecutiveFailures: 1, inMs: 10_000 },
    "protocol_violation",
  ],
  [
    "rate_limited",
    ending("rate_limited", { exitCode: 75 }),
    { status: "ready", consecutiveFailures: 0, inMs: 5 * minuteMs },
    "rate_limited",
  ],
  ["stale", ending("stale"), { status: "ready", consecutiveFailures: 0, inMs: 1_000 }, "stale"],
  ["interrupted", ending("interrupted"), { status: "ready", consecutiveFailures: 0 }, "interrupted"],
  ["reclaimed", ending("reclaimed"), { status: "ready", consecutiveFailures: 0, inMs: 1_000 }, "reclaimed"],
];

export function describeEndings(open: Open): void {
  describe("a tick that closes a run as", () => {
    for (const [name, end, { inMs, ...expected }, kind] of rows)
      test(`W32: ${name} does to its task what the outcome table says`, async () => {
        const board = await open();
        const { task, claim } = await board.work();
        const { closed } = await board.end(task.id, end);
        const after = await board.store.requireTask(task.id);
        expect(closed).toMatchObject([
          { taskId: task.id, runId: claim.runId, ending: end, status: after.status, gaveUp: false },
        ]);
        expect(after).toMatchObject(expected as Record<string, unknown>);
        expect(after.dueAtMs).toBe(inMs === undefined ? null : board.clock.nowMs() + inMs);
        expect(await board.store.listRuns(task.id)).toMatchObject([
          { outcome: end.outcome, error: end.error },
        ]);
        expect(await board.lastEvent(task.id)).toMatchObject({
          kind,
          runId: claim.runId,
          payload: { exit_code: end.exitCode },
        });
        expect(await board.store.listLiveRuns()).toEqual([]);
      });
  });

  describe("closing a run", () => {
    test("twice, in one tick or in two, has one effect", async () => {
      const board = await open();
      const { task } = await board.work();
      const run = await board.liveRun(task.id);
      const closing = { run, ending: ending("crashed"), treeGone: true };
      expect((await board.tick({ closings: [closing, closing] })).closed).toHaveLength(1);
      expect((await board.tick({ closings: [closing] })).closed).toEqual([]);
      expect((await board.store.requireTask(task.id)).consecutiveFailures).toBe(1);
    });

    test("that is over does nothing to its successor", async () => {
      const board = await open();
      const { task } = await board.work();
      const old = await board.liveRun(task.id);
      await board.end(task.id, ending("interrupted"));
      const [claim] = await board.claim();
      await board.tick({ closings: [{ run: old, ending: ending("crashed"), treeGone: true }], freed: [old] });
      expect(await board.liveRun(task.id)).toMatchObject({ runId: claim?.runId, isOpen: true, stop: null });
      expect(await board.store.requireTask(task.id)).toMatchObject({
        status: "running",
        consecutiveFailures: 0,
      });
    });

    test("while something of it is left closes its run and keeps the slot", async () => {
      const board = await open();
      const { task } = await board.work();
      const run = await board.liveRun(task.id);
      await board.tick({ closings: [{ run, ending: ending("completed"), treeGone: false }] });
      expect(await board.status(task.id)).toBe("done");
      expect(await board.liveRun(task.id)).toMatchObject({ isOpen: false, stop: { reason: "leave" } });
      expect((await board.slots()).all).toBe(1);
    });

    test("and claiming the same task again is one transaction", async () => {
      const board = await open();
      const { task, claim } = await board.work();
      const closings = [{ run: await board.liveRun(task.id), ending: ending("interrupted"), treeGone: true }];
      const [next] = await board.claim({ homeMax: 1 }, { closings });
      expect(next?.task.id).toBe(task.id);
      expect(next?.runId).not.toBe(claim.runId);
    });
  });

  describe("the breaker", () => {
    test("W50: blocks at the task's own max_retries, else at its profile's, else at the board's", async () => {
      const board = await open();
      const strict = { ...policy("shell").retry, maxRetries: 1 };
      const given = { policies: policies(policy("shell", { retry: strict }), policy("claude")) };
      const [own, profiles, boards] = [
        await board.create({ maxRetries: 3 }),
        await board.create(),
        await board.create({ assignee: "claude" }),
      ];
      await board.claim({}, given);
      const failures = [];
      for (const { id } of [own, profiles, boards]) {
        const run = await board.liveRun(id);
        const closings = [{ run, ending: ending("crashed"), treeGone: true }];
        failures.push(...(await board.tick({ closings })).closed.map((one) => one.gaveUp));
      }
      expect(failures).toEqual([false, true, false]);
      expect(await board.status(profiles.id)).toBe("blocked");
    });

    test("W22: that has tripped stays tripped, and says so once", async () => {
      const board = await open();
      const { task } = await board.work({ maxRetries: 1 });
      const { closed } = await board.end(task.id, ending("crashed", { error: "exit code 3" }));
      expect(closed).toMatchObject([{ status: "blocked", gaveUp: true }]);
      board.clock.pass(24 * 60 * minuteMs);
      await board.tick({ reconcile: true });
      expect(await board.claim({}, { reconcile: true })).toEqual([]);
      expect((await board.eventsOf(task.id)).filter((kind) => kind === "gave_up")).toHaveLength(1);
      expect((await board.store.requireHoldFacts(task.id, here)).block).toMatchObject({ gaveUp: true });
    });

    test("W24: counts a protocol violation like every failure", async () => {
      const board = await open();
      const { task } = await board.work({ maxRetries: 3 });
      const gaveUp: (boolean | undefined)[] = [];
      const violation = ending("crashed", { exitCode: 0, protocolViolation: true });
      for (const end of [ending("timed_out"), violation, violation]) {
        const { closed } = await board.end(task.id, end);
        gaveUp.push(closed[0]?.gaveUp);
        board.clock.pass(60 * minuteMs);
        await board.claim();
      }
      expect(gaveUp).toEqual([false, false, true]);
      expect(await board.store.requireTask(task.id)).toMatchObject({
        status: "blocked",
        consecutiveFailures: 3,
      });
    });

    test("trips at the first failure where another try can't help, and says why", async () => {
      const board = await open();
      const { task } = await board.work({ maxRetries: 9 });
      const { closed } = await board.end(task.id, ending("spawn_failed", { error, again: "never" }));
      expect(closed).toMatchObject([{ status: "blocked", gaveUp: true }]);
      expect((await board.store.requireHoldFacts(task.id, here)).block).toMatchObject({
        gaveUp: true,
        isHopeless: true,
      });
    });

    test("says of a task blocked by a person after it that a person did", async () => {
      const board = await open();
      const { task } = await board.work({ maxRetries: 1 });
      await board.end(task.id, ending("crashed"));
      await board.store.unblockTask(task.id, person);
      await board.store.blockTask(task.id, { reason: "wait", kind: null }, person);
      expect((await board.store.requireHoldFacts(task.id, here)).block).toEqual({
        gaveUp: false,
        isHopeless: false,
        cancelledParent: null,
        reason: "wait",
        kind: null,
      });
    });
  });

  describe("the rules that a run is closed by", () => {
    const strict = { maxRetries: 1, retryDelayMs: 1, retryDelayMaxMs: 1, rateLimitDelaysMs: [1] };
    const patient = { ...strict, maxRetries: 9, retryDelayMs: 7 * minuteMs, retryDelayMaxMs: 7 * minuteMs };
    const by = (retry: typeof strict) => ({
      policies: policies(policy("shell", { retry })),
      defaultRetry: retry,
    });

    test("are those of the configuration that claimed it, whatever the one that closes it has", async () => {
      const board = await open();
      for (const [claiming, closing, gaveUp] of [
        [strict, patient, true],
        [patient, strict, false],
      ] as const) {
        const { id } = await board.create();
        await board.claim({}, by(claiming));
        const closings = [{ run: await board.liveRun(id), ending: ending("crashed"), treeGone: true }];
        const { closed } = await board.tick({ closings, ...by(closing) });
        expect(closed).toMatchObject([{ taskId: id, gaveUp }]);
        expect((await board.store.requireTask(id)).dueAtMs).toBe(
          gaveUp ? null : board.clock.nowMs() + 7 * minuteMs,
        );
      }
    });

    test("hold for a rate limit as well, whoever tells of it", async () => {
      const board = await open();
      const { id } = await board.create();
      const [claim] = await board.claim({}, by({ ...strict, rateLimitDelaysMs: [3 * minuteMs] }));
      const worker = { actor: "worker:shell", run: { runId: claim?.runId ?? 0, token: claim?.token ?? "" } };
      const { dueAtMs } = await board.store.rateLimitTask(id, { retryAfterMs: null, policy: strict }, worker);
      expect(dueAtMs).toBe(board.clock.nowMs() + 3 * minuteMs);
    });
  });

  test("a back-off holds a task until its instant", async () => {
    const board = await open();
    const { task } = await board.work();
    await board.end(task.id, ending("crashed"));
    board.clock.pass(9_999);
    expect(await board.claim()).toEqual([]);
    board.clock.pass(1);
    expect(await board.claim()).toHaveLength(1);
  });
}
