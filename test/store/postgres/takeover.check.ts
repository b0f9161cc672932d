import { describe, expect, test } from "bun:test";
import { leaseParts } from "../../../src/board/lease.ts";
import type { SeenHost } from "../../../src/store/hosts.ts";
import { openPostgresHosts } from "../../../src/store/postgres/hosts.ts";
import type { ServerPlace } from "../../../src/store/postgres/server-place.ts";
import type { TakeoverStore } from "../../../src/store/takeover.ts";
import { hasPostgres, requirePostgres } from "../../support/postgres/postgres.ts";
import { BoardUnderTest, here, ManualClock, policy } from "../board-under-test.ts";
import { connect, openBoardOn } from "./board.ts";

const leaseMs = 60_000;
const north = "a1b2c3d4e5f6";
const south = "b1b2c3d4e5f6";
const capacity = { slots: 4, slotsFree: 3, profiles: ["shell"], labels: [], boards: ["team"] };
const how = {
  by: "dispatcher",
  reason: "north was silent",
  retry: policy("shell").retry,
  random: () => 0.5,
};
let schemas = 0;

/** A board of a schema of its own, on which two hosts are registered; both claim under a lease. */
async function makeTwoHosts() {
  schemas += 1;
  const place: ServerPlace = { ...(await requirePostgres()), schema: `takeover_${process.pid}_${schemas}` };
  const clock = new ManualClock();
  const open = () => openBoardOn(place, "team", { clock, mode: "create", isServerTime: false });
  const board = new BoardUnderTest({
    store: await open(),
    clock,
    connect: open,
    fingerprint: async () => "",
  });
  const hosts = openPostgresHosts(place);
  for (const id of [north, south])
    await hosts.register({ id, machine: id, home: "/h", version: "1", beatMs: 1, leaseMs, ...capacity });
  const takeover = board.store.takeover as TakeoverStore;
  await takeover.setTakeover("lease");
  const seen = async (id: string): Promise<SeenHost> => {
    const host = (await hosts.list()).find((one) => one.id === id);
    if (host === undefined) throw new Error(`there is no host ${id}`);
    return host;
  };
  return {
    board,
    hosts,
    takeover,
    seen,
    /** Silent since then, by the server's clock. */
    async silence(id: string, ms: number) {
      await using sql = connect(place);
      await sql.unsafe(
        `UPDATE ${place.schema}.hosts SET beat_at = clock_timestamp() - ${ms} * interval '1 millisecond' WHERE id = '${id}'`,
      );
    },
    /** All that can be claimed, by a home. */
    claimAs: (id: string, term: number | null = 0) =>
      board.claim({
        host: { ...here, host: `${id}+${here.host}` },
        lease: term === null ? null : { hostId: id, term },
      }),
    [Symbol.asyncDispose]: async () => {
      await hosts[Symbol.asyncDispose]();
      await board.store.close();
    },
  };
}

const longMs = leaseParts(leaseMs).takeoverMs;

describe.skipIf(!hasPostgres)("the runs of a host whose lease is over", () => {
  test("are ended and their tasks ready, and those of others go on", async () => {
    await using two = await makeTwoHosts();
    const { board, takeover, hosts } = two;
    const lost = [await board.create(), await board.create()];
    await two.claimAs(north);
    const kept = await board.create();
    const [keptClaim] = await two.claimAs(south);
    const epoch = { id: north, epoch: (await two.seen(north)).epoch };
    await two.silence(north, longMs + 1);
    const closed = await takeover.takeOver(await two.seen(north), how);
    expect(new Map(closed?.map(({ taskId, status }) => [taskId, status]))).toEqual(
      new Map(lost.map(({ id }) => [id, "ready"])),
    );
    for (const { id } of lost) {
      expect(await board.store.listRuns(id)).toMatchObject([{ outcome: "reclaimed", error: how.reason }]);
      expect(await board.lastEvent(id)).toMatchObject({ kind: "reclaimed", payload: { error: how.reason } });
    }
    expect(await board.status(kept.id)).toBe("running");
    expect((await board.store.listLiveRuns()).map(({ runId }) => runId)).toEqual([keptClaim?.runId ?? 0]);
    // It is told so at its next beat, and claims nothing that it wanted to claim before.
    expect(await hosts.beat(epoch, capacity)).toBe(false);
    board.clock.pass(3_600_000);
    expect(await two.claimAs(north)).toEqual([]);
    expect(await takeover.getTerm(north)).toEqual({ hostId: north, term: epoch.epoch });
    expect((await two.claimAs(south)).map(({ task }) => task.id).sort()).toEqual(
      lost.map(({ id }) => id).sort(),
    );
  });

  test("are left to it where it was heard of since, or where the server has not heard of it for less", async () => {
    await using two = await makeTwoHosts();
    const { board, takeover, hosts } = two;
    const { id } = await board.create();
    await two.claimAs(north);
    await two.silence(north, longMs + 1);
    const before = await two.seen(north);
    expect(await hosts.beat(before, capacity)).toBe(true);
    await two.silence(north, longMs + 1);
    expect(await takeover.takeOver(before, how)).toBeNull();
    await two.silence(north, longMs - 5_000);
    expect(await takeover.takeOver(await two.seen(north), how)).toBeNull();
    expect(await board.status(id)).toBe("running");
    expect(await hosts.beat(before, capacity)).toBe(true);
  });

  test("are held where the board says never, and those that were claimed before it said otherwise", async () => {
    await using two = await makeTwoHosts();
    const { board, takeover } = two;
    const { id } = await board.create();
    // No guard ends its worker.
    await two.claimAs(north, null);
    await two.silence(north, longMs + 1);
    expect(await takeover.takeOver(await two.seen(north), how)).toEqual([]);
    await takeover.setTakeover("never");
    const other = await board.create();
    await two.claimAs(north, (await takeover.getTerm(north))?.term ?? 0);
    expect(await takeover.takeOver(await two.seen(north), how)).toBeNull();
    for (const one of [id, other.id]) expect(await board.status(one)).toBe("running");
  });

  test("are not touched where they ended, or where the task was claimed anew", async () => {
    await using two = await makeTwoHosts();
    const { board, takeover } = two;
    const [done, again] = [await board.create(), await board.create()];
    const claims = await two.claimAs(north);
    const claimOf = (id: string) => claims.find(({ task }) => task.id === id);
    const byWorker = (id: string) => ({
      actor: "shell",
      run: { runId: claimOf(id)?.runId ?? 0, token: claimOf(id)?.token ?? "" },
    });
    const seen = await two.seen(north);
    await two.silence(north, longMs + 1);
    await board.store.completeTask(done.id, { summary: "it is done" }, byWorker(done.id));
    await board.store.reclaimTask(again.id, null, { actor: "ada", force: true, vouchesDead: true });
    const [newClaim] = await two.claimAs(south);
    expect(await takeover.takeOver(seen, how)).toEqual([]);
    expect(await board.store.listRuns(done.id)).toMatchObject([
      { outcome: "completed", summary: "it is done" },
    ]);
    expect(await board.status(again.id)).toBe("running");
    expect((await board.store.listLiveRuns()).map(({ runId }) => runId)).toEqual([newClaim?.runId ?? 0]);
  });

  test("end once, with one outcome, also where its worker's verdict comes at the same time", async () => {
    await using two = await makeTwoHosts();
    const { board, takeover } = two;
    const tasks = await Promise.all(Array.from({ length: 10 }, () => board.create()));
    const claims = await two.claimAs(north);
    await two.silence(north, longMs + 1);
    const seen = await two.seen(north);
    const verdicts = claims.map(({ task, runId, token }) =>
      board.fresh
        .connect()
        .then((store) => store.completeTask(task.id, {}, { actor: "shell", run: { runId, token } }))
        .then(
          () => "completed",
          () => "superseded",
        ),
    );
    const [closed, ...said] = await Promise.all([takeover.takeOver(seen, how), ...verdicts]);
    const taken = new Set(closed?.map(({ taskId }) => taskId));
    for (const [at, { task }] of claims.entries()) {
      const outcome = taken.has(task.id) ? "reclaimed" : "completed";
      expect(said[at]).toBe(outcome === "completed" ? "completed" : "superseded");
      expect(await board.store.listRuns(task.id)).toMatchObject([{ outcome }]);
    }
    expect(tasks).toHaveLength(10);
  });
});
