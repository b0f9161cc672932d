import { describe, expect, test } from "bun:test";
import type { HostFacts } from "../../../src/store/hosts.ts";
import { openPostgresHosts } from "../../../src/store/postgres/hosts.ts";
import { hasPostgres, requirePostgres } from "../../support/postgres/postgres.ts";
import { connect } from "./board.ts";

const facts: HostFacts = {
  id: "a1b2c3d4e5f6",
  machine: "north",
  home: "/home/ada/.kanbun",
  version: "1.0.0",
  beatMs: 10_000,
  leaseMs: 60_000,
  slots: 4,
  slotsFree: 3,
  profiles: ["build", "claude"],
  labels: ["gpu"],
  boards: ["team"],
};

let schemas = 0;

/** Hosts of a schema of its own, and a way to what the server keeps of them. */
async function freshHosts() {
  schemas += 1;
  const place = { ...(await requirePostgres()), schema: `hosts_${process.pid}_${schemas}` };
  return {
    hosts: openPostgresHosts(place),
    place,
    async run(sql: string) {
      await using connection = connect(place);
      await connection.unsafe(`SET search_path = ${place.schema}; ${sql}`).simple();
    },
  };
}

describe.skipIf(!hasPostgres)("the hosts of a store", () => {
  test("are none on a server where Kanbun has never been, and asking makes nothing", async () => {
    const { hosts, place } = await freshHosts();
    await using _ = hosts;
    expect(await hosts.list()).toEqual([]);
    await using sql = connect(place);
    const [row] = await sql.unsafe(`SELECT to_regnamespace('${place.schema}') IS NULL AS none`);
    expect(row.none).toBe(true);
  });

  test("say what they can take on; each registration is an epoch of its own", async () => {
    const { hosts, run } = await freshHosts();
    await using _ = hosts;
    expect(await hosts.register(facts)).toBe(1);
    expect(await hosts.list()).toEqual([
      {
        ...facts,
        epoch: 1,
        beat: 1,
        silentMs: expect.any(Number),
        registeredAtMs: expect.any(Number),
        leftAtMs: null,
        fence: null,
      },
    ]);
    const epochs = await Promise.all(
      Array.from({ length: 8 }, () => hosts.register({ ...facts, version: "1.1.0" })),
    );
    expect(epochs.toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await hosts.register({ ...facts, id: "0123456789ab", machine: "east" })).toBe(1);
    expect((await hosts.list()).map(({ machine, version }) => [machine, version])).toEqual([
      ["east", "1.0.0"],
      ["north", "1.1.0"],
    ]);
    // Another program's row is no reason to show none.
    await run("UPDATE hosts SET labels = 'gpu', profiles = '{}' WHERE machine = 'east'");
    expect((await hosts.list())[0]).toMatchObject({ labels: [], profiles: [] });
  });

  test("are silent by the server's clock, until they beat", async () => {
    const { hosts, run } = await freshHosts();
    await using _ = hosts;
    const epoch = await hosts.register(facts);
    await run("UPDATE hosts SET beat_at = clock_timestamp() - interval '1 hour'");
    expect((await hosts.list())[0]?.silentMs).toBeGreaterThanOrEqual(3_600_000);
    expect(await hosts.beat({ id: facts.id, epoch }, { ...facts, slotsFree: 0, boards: ["team", "b"] })).toBe(
      true,
    );
    const [host] = await hosts.list();
    expect(host).toMatchObject({ beat: 2, slotsFree: 0, boards: ["team", "b"] });
    expect(host?.silentMs).toBeLessThan(3_600_000);
    expect(await hosts.beat({ id: "ffffffffffff", epoch }, facts)).toBe(false);
  });

  test("are signed off by the dispatcher that came last, and are there again with a beat of another one", async () => {
    const { hosts } = await freshHosts();
    await using _ = hosts;
    const first = { id: facts.id, epoch: await hosts.register(facts) };
    const second = { id: facts.id, epoch: await hosts.register(facts) };
    const leftAtMs = async () => (await hosts.list())[0]?.leftAtMs;
    await hosts.leave(first);
    expect(await leftAtMs()).toBeNull();
    await hosts.leave(second);
    expect(await leftAtMs()).toEqual(expect.any(Number));
    expect(await hosts.beat(first, facts)).toBe(true);
    expect(await leftAtMs()).toBeNull();
  });

  test("are fenced as they were seen and not once they were heard of; every epoch until then is over, the next is not", async () => {
    const { hosts } = await freshHosts();
    await using _ = hosts;
    const first = { id: facts.id, epoch: await hosts.register(facts) };
    const second = { id: facts.id, epoch: await hosts.register(facts) };
    const [seen] = await hosts.list();
    if (seen === undefined) throw new Error("no host");
    await hosts.beat(first, facts);
    expect(await hosts.fence(seen, "ada")).toBe(false);
    expect((await hosts.list())[0]?.fence).toBeNull();

    const [again] = await hosts.list();
    // Of several that saw the same one declares it, and each is told that it is so.
    const fenced = await Promise.all([hosts.fence(again ?? seen, "ada"), hosts.fence(again ?? seen, "bob")]);
    expect(fenced).toEqual([true, true]);
    expect((await hosts.list())[0]?.fence).toMatchObject({ epoch: 2, by: expect.stringMatching(/ada|bob/) });
    expect(await hosts.beat(first, facts)).toBe(false);
    expect(await hosts.beat(second, facts)).toBe(false);

    const third = { id: facts.id, epoch: await hosts.register(facts) };
    expect(third.epoch).toBe(3);
    expect(await hosts.beat(second, facts)).toBe(false);
    expect(await hosts.beat(third, facts)).toBe(true);
    expect((await hosts.list())[0]?.fence).toBeNull();
    expect(await hosts.fence(again ?? seen, "ada")).toBe(false);
  });

  test("are taken off the list as they were seen, and not once they were heard of", async () => {
    const { hosts } = await freshHosts();
    await using _ = hosts;
    const first = { id: facts.id, epoch: await hosts.register(facts) };
    const [seen] = await hosts.list();
    if (seen === undefined) throw new Error("no host");
    await hosts.beat(first, facts);
    expect(await hosts.remove(seen)).toBe(false);
    const [again] = await hosts.list();
    expect(await hosts.remove(again ?? seen)).toBe(true);
    expect(await hosts.list()).toEqual([]);
    expect(await hosts.beat(first, facts)).toBe(false);
  });

  test("are added to the schema of an older Kanbun, and refused in that of a newer one", async () => {
    const { hosts, run } = await freshHosts();
    await using _ = hosts;
    await hosts.register(facts);
    await run("DROP TABLE hosts; UPDATE schema_version SET version = 10");
    expect(await hosts.list()).toEqual([]);
    expect(await hosts.register(facts)).toBe(1);
    await run("UPDATE schema_version SET version = 999");
    await expect(hosts.register(facts)).rejects.toMatchObject({ kind: "newer_board" });
  });
});
