import { describe, expect, test } from "bun:test";
import { nothingElsewhere } from "../../../src/board/admission.ts";
import { elsewhere, here, leaseMs, minuteMs, type Open, policies, policy } from "../board-under-test.ts";

export function describeTickClaims(open: Open): void {
  describe("a tick claims", () => {
    test("a task with all that its worker must be given", async () => {
      const board = await open();
      const { id } = await board.create({ body: "echo hi" });
      const [claim, ...none] = await board.claim();
      expect(none).toEqual([]);
      expect(claim).toMatchObject({
        task: { id, body: "echo hi" },
        claimLock: `${here.hostname}~kanbun:${claim?.token}`,
        claimExpiresAtMs: board.clock.nowMs() + leaseMs,
      });
      expect(await board.liveRun(id)).toEqual({
        runId: claim?.runId ?? 0,
        taskId: id,
        holder: "worker",
        token: claim?.token ?? "",
        profile: "shell",
        host: here.host,
        bootId: here.bootId,
        process: null,
        dispatcher: here.dispatcher,
        claimedAtMs: board.clock.nowMs(),
        claimedAtMonotonicMs: board.clock.monotonicMs(),
        claimExpiresAtMs: board.clock.nowMs() + leaseMs,
        lastHeartbeatAtMs: null,
        lastHeartbeatAtMonotonicMs: null,
        endedAtMonotonicMs: null,
        maxRuntimeMs: null,
        graceMs: 10_000,
        isOpen: true,
        endedAtMs: null,
        outcome: null,
        taskStatus: "running",
        stop: null,
        retry: policy("shell").retry,
      });
    });

    test("with the task's own max runtime before its profile's", async () => {
      const board = await open();
      const [own, profiles] = [await board.create({ maxRuntimeMs: 5_000 }), await board.create()];
      await board.claim({}, { policies: policies(policy("shell", { maxRuntimeMs: 60_000 })) });
      expect((await board.liveRun(own.id)).maxRuntimeMs).toBe(5_000);
      expect((await board.liveRun(profiles.id)).maxRuntimeMs).toBe(60_000);
    });

    test("by priority, then by age, then in the order of creation, across profiles", async () => {
      const board = await open();
      const order = async (title: string, priority: number, assignee = "shell") =>
        (await board.create({ title, priority, assignee })).id;
      const late = await order("late, low", 0);
      const first = await order("twin 1", 5);
      const second = await order("twin 2", 5, "claude");
      const third = await order("twin 3", 5);
      board.clock.pass(minuteMs);
      const top = await order("young, high", 9, "claude");
      const last = await order("young, negative", -1);
      const both = policies(policy("shell"), policy("claude"));
      const claimed: string[] = [];
      for (let round = 0; round < 3; round++)
        for (const claim of await board.claim({ max: 2 }, { policies: both })) claimed.push(claim.task.id);
      expect(claimed).toEqual([top, first, second, third, late, last]);
    });

    test("nothing that is unassigned, of an unknown profile, waiting, or not due", async () => {
      const board = await open();
      await board.create({ assignee: null });
      await board.create({ assignee: "nobody" });
      await board.create({ triage: true });
      await board.create({ blocked: { reason: null, kind: null } });
      await board.create({ dueAtMs: board.clock.nowMs() + 1 });
      expect((await board.view()).hasCandidates).toBe(false);
      expect(await board.claim()).toEqual([]);
    });

    test("nothing without a plan for claims", async () => {
      const board = await open();
      await board.create();
      expect((await board.tick()).claimed).toEqual([]);
    });
  });

  const caps: [string, Parameters<Awaited<ReturnType<Open>>["claim"]>[0], number | null, number][] = [
    ["W36: a home of 4", { homeMax: 4 }, null, 4],
    ["W36: a home of 4 with 3 at work on other boards", { homeMax: 4, elsewhere: elsewhere(3) }, null, 1],
    ["a home of 4 with 9 at work on other boards", { homeMax: 4, elsewhere: elsewhere(9) }, null, 0],
    ["a board of 3", { boardMax: 3 }, null, 3],
    ["a board of 3, whatever other boards use", { boardMax: 3, elsewhere: elsewhere(50) }, null, 3],
    ["W35: a profile of 2", {}, 2, 2],
    ["a profile that is switched off", {}, 0, 0],
    ["a max of 1", { max: 1 }, null, 1],
    ["a max of 0", { max: 0 }, null, 0],
    ["the narrowest of all", { homeMax: 4, boardMax: 3, max: 5 }, 2, 2],
  ];
  for (const [name, limits, profileMax, count] of caps)
    test(`a tick under ${name} claims ${count} of 6`, async () => {
      const board = await open();
      for (let index = 0; index < 6; index++) await board.create();
      const given = { policies: policies(policy("shell", { maxInProgress: profileMax })) };
      expect(await board.claim(limits, given)).toHaveLength(count);
      if (limits?.max === undefined) expect(await board.claim(limits, given)).toHaveLength(0);
    });

  test("W33: caps of 4 and 3 with 2 at work claim 1", async () => {
    const board = await open();
    for (let index = 0; index < 6; index++) await board.create();
    await board.claim({ max: 2 });
    expect(await board.claim({ homeMax: 4, boardMax: 3 })).toHaveLength(1);
  });

  test("a full profile does not keep another one waiting behind it", async () => {
    const board = await open();
    for (let index = 0; index < 5; index++) await board.create({ priority: 9 });
    const { id } = await board.create({ assignee: "claude" });
    const given = { policies: policies(policy("shell", { maxInProgress: 1 }), policy("claude")) };
    const claimed = await board.claim({ max: 2 }, given);
    expect(claimed.map((claim) => claim.task.assignee).sort()).toEqual(["claude", "shell"]);
    expect(claimed.some((claim) => claim.task.id === id)).toBe(true);
  });

  test("a worker whose run was closed keeps its slot until it is gone", async () => {
    const board = await open();
    const { task, worker } = await board.work();
    await board.store.completeTask(task.id, {}, worker);
    await board.create();
    expect((await board.slots()).all).toBe(1);
    expect(await board.claim({ homeMax: 1 })).toEqual([]);
    await board.free(task.id);
    expect((await board.slots()).all).toBe(0);
    expect(await board.claim({ homeMax: 1 })).toHaveLength(1);
  });

  test("a person's claim and a worker on another host take no slot here", async () => {
    const board = await open();
    const { id } = await board.create();
    await board.claimAs(id, { actor: "ada" });
    await board.create();
    await board.claim({ host: { ...here, host: "other/ns" } });
    expect(await board.slots()).toEqual({ all: 0, byProfile: {} });
  });

  test("two ticks of which neither knows of the other claim each task once", async () => {
    const board = await open();
    for (let index = 0; index < 8; index++) await board.create();
    const stores = [await board.fresh.connect(), await board.fresh.connect()];
    const claims = { host: here, max: 6, homeMax: 100, boardMax: null, elsewhere: nothingElsewhere };
    const writes = await Promise.all(stores.map((store) => store.applyTick(board.plan({ claims }))));
    for (const store of stores) store.close();
    const ids = writes.flatMap((write) => write.claimed.map((claim) => claim.task.id));
    expect(ids).toHaveLength(8);
    expect(new Set(ids).size).toBe(8);
  });
}
