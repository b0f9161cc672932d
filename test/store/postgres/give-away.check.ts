import { describe, expect, test } from "bun:test";
import type { HostFacts } from "../../../src/store/hosts.ts";
import { openPostgresHosts } from "../../../src/store/postgres/hosts.ts";
import { hasPostgres, requirePostgres } from "../../support/postgres/postgres.ts";
import { BoardUnderTest, ending, here, person, refusalOf } from "../board-under-test.ts";
import { openFreshPostgres } from "./board.ts";

let homes = 0;

/** A host that claims on a board of its own, and the list that it is on. */
async function makeHost() {
  homes += 1;
  const id = `${process.pid}${homes}`.padStart(12, "0");
  const board = new BoardUnderTest(await openFreshPostgres());
  const hosts = openPostgresHosts(await requirePostgres());
  const lists = { profiles: ["shell"], labels: [], boards: [] };
  const facts: HostFacts = {
    ...{ id, machine: "north", home: "/h", version: "1", beatMs: 1, leaseMs: null, slots: 4, slotsFree: 4 },
    ...lists,
  };
  const host = { ...here, host: `${id}+${here.host}` };
  const seen = async () => {
    const found = (await hosts.list()).find((one) => one.id === id);
    if (found === undefined) throw new Error("not registered");
    return found;
  };
  const giveAway = (epoch: number) => {
    if (board.store.hosts === null) throw new Error("no hosts");
    return board.store.hosts.giveAway({ id, epoch }, { actor: "ada" });
  };
  return { board, hosts, facts, host, seen, giveAway };
}

describe.skipIf(!hasPostgres)("what a fenced host runs", () => {
  test("is given away where it is still the host's, each run once; what ended or was claimed anew is not touched", async () => {
    const { board, hosts, facts, host, seen, giveAway } = await makeHost();
    await using _ = hosts;
    const epoch = await hosts.register(facts);
    const [open, ended, anew] = [await board.create(), await board.create(), await board.create()];
    const claims = await board.claim({ host });
    // One of them has said its word, and no one has seen that its processes are gone; one was taken back and claimed by another host.
    const runOf = (taskId: string) => claims.find((one) => one.task.id === taskId);
    const proof = {
      taskId: ended.id,
      runId: runOf(ended.id)?.runId ?? 0,
      token: runOf(ended.id)?.token ?? "",
    };
    await board.store.completeTask(ended.id, { result: "42" }, { actor: "shell", run: proof });
    await board.store.reclaimTask(anew.id, null, { ...person, force: true, vouchesDead: true });
    await board.claim({ host: { ...here, host: `ffffffffffff+${here.host}` } });

    expect(await refusalOf(giveAway(epoch))).toBe("conflict");
    expect(await hosts.fence(await seen(), "ada")).toBe(true);
    const given = await giveAway(epoch);
    expect(given).toEqual([
      { taskId: open.id, runId: runOf(open.id)?.runId ?? 0, wasOpen: true },
      { taskId: ended.id, runId: proof.runId, wasOpen: false },
    ]);
    expect(await giveAway(epoch)).toEqual([]);
    const outcomes = async (taskId: string) =>
      (await board.store.listRuns(taskId)).map(({ outcome }) => outcome);
    expect(await outcomes(open.id)).toEqual(["reclaimed"]);
    expect(await outcomes(ended.id)).toEqual(["completed"]);
    expect(await outcomes(anew.id)).toEqual(["reclaimed", null]);
    expect(await board.store.requireTask(open.id)).toMatchObject({ status: "ready" });
    expect(await board.store.requireTask(anew.id)).toMatchObject({ status: "running" });
  });

  test("keeps a host on the list; once taken off it a host claims nothing until it has registered anew", async () => {
    const { board, hosts, facts, host, seen, giveAway } = await makeHost();
    await using _ = hosts;
    const epoch = await hosts.register(facts);
    await board.create();
    expect(await board.claim({ host: { ...host, epoch } })).toHaveLength(1);
    await hosts.fence(await seen(), "ada");
    expect(await hosts.remove(await seen())).toBe(false);
    await giveAway(epoch);
    expect(await hosts.remove(await seen())).toBe(true);
    expect(await board.claim({ host: { ...host, epoch } })).toEqual([]);
    const again = await hosts.register(facts);
    expect(await board.claim({ host: { ...host, epoch: again } })).toHaveLength(1);
  });

  test("stays its own once it has registered anew; under the epoch that is over it claims nothing, under the new one it does", async () => {
    const { board, hosts, facts, host, seen, giveAway } = await makeHost();
    await using _ = hosts;
    const epoch = await hosts.register(facts);
    await board.create();
    await board.claim({ host: { ...host, epoch } });
    await hosts.fence(await seen(), "ada");
    await board.create();
    expect(await board.claim({ host: { ...host, epoch } })).toEqual([]);
    const again = await hosts.register(facts);
    expect(await refusalOf(giveAway(epoch))).toBe("conflict");
    expect(await board.claim({ host: { ...host, epoch: again } })).toHaveLength(1);
    // What is over by itself is closed under any epoch.
    const [run] = await board.store.listLiveRuns();
    if (run === undefined) throw new Error("no run");
    const closed = await board.tick({
      closings: [{ run, ending: ending("completed"), treeGone: true }],
    });
    expect(closed.closed).toHaveLength(1);
  });

  test("is given away before a host that registers meanwhile is let in", async () => {
    const { board, hosts, facts, host, seen, giveAway } = await makeHost();
    await using _ = hosts;
    const epoch = await hosts.register(facts);
    await Promise.all(Array.from({ length: 20 }, () => board.create()));
    await board.claim({ host });
    await hosts.fence(await seen(), "ada");
    // Whoever is first: a host that is in finds all of its runs, or none.
    const liveAfter = hosts.register(facts).then(async () => (await board.store.listLiveRuns()).length);
    const given = giveAway(epoch).then(
      (runs) => runs.length,
      () => 0,
    );
    const [live, away] = await Promise.all([liveAfter, given]);
    expect([live, away]).toEqual(away === 0 ? [20, 0] : [0, 20]);
  });
});
