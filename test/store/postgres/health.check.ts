import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { examineServer, judgeServer, type ServerFacts } from "../../../src/store/postgres/server-health.ts";
import { hasPostgres, requirePostgres } from "../../support/postgres/postgres.ts";
import { connect } from "./board.ts";
import { makeStoreHome } from "./store-home.ts";

const sound: ServerFacts = {
  version: "15.18",
  versionNumber: 150_018,
  fsync: "on",
  fullPageWrites: "on",
  synchronousCommit: "on",
  isReplica: false,
  isReadOnly: false,
  aheadMs: 10,
  roundTripMs: 4,
  mayUseSchema: true,
  mayCreateSchema: false,
  connections: 3,
  connectionsMax: 100,
  snapshots: [{ holder: "transaction of ada (process 7)", ageMs: 900 }],
};

describe("a server's health", () => {
  test("is sound where nothing is wrong, and each thing that is has its name", () => {
    const kindsOf = (parts: Partial<ServerFacts>) =>
      judgeServer({ ...sound, ...parts }).map(({ kind }) => kind);
    expect(kindsOf({})).toEqual([]);
    expect(kindsOf({ versionNumber: 140_012 })).toEqual(["version"]);
    expect(kindsOf({ fsync: "off", fullPageWrites: "off", synchronousCommit: "off" })).toEqual(
      Array(3).fill("durability"),
    );
    expect(kindsOf({ isReplica: true, isReadOnly: true })).toEqual(["replica"]);
    expect(kindsOf({ isReadOnly: true })).toEqual(["replica"]);
    expect(kindsOf({ aheadMs: -3_000 })).toEqual(["clock"]);
    expect(kindsOf({ aheadMs: 3_000, roundTripMs: 5_000 })).toEqual([]);
    expect(kindsOf({ mayUseSchema: false })).toEqual(["privileges"]);
    expect(kindsOf({ mayUseSchema: null })).toEqual(["privileges"]);
    expect(kindsOf({ mayUseSchema: null, mayCreateSchema: true })).toEqual([]);
    expect(kindsOf({ connections: 95 })).toEqual(["connections"]);
    expect(
      kindsOf({
        snapshots: [
          { holder: "x", ageMs: 61_000 },
          { holder: "y", ageMs: null },
        ],
      }),
    ).toEqual(Array(2).fill("snapshot"));
  });

  test.skipIf(!hasPostgres)("is shown by doctor, also of one that can't be reached", async () => {
    const { kanbun } = await makeStoreHome('[stores.gone]\nurl = "postgres://kanbun@/x?host=/nowhere"');
    const lost = join(kanbun.home, "kanban", "boards", "lost");
    mkdirSync(lost, { recursive: true });
    writeFileSync(join(lost, "board.json"), JSON.stringify({ store: "gone", store_board: "lost" }));
    const { checks } = (await kanbun.json(["doctor"])).data;
    const shown = (name: string) => checks.filter((one: { check: string }) => one.check === `store:${name}`);
    // The server of tests never waits for a disk.
    expect(shown("team")).toContainEqual({
      check: "store:team",
      board: null,
      status: "problem",
      detail: "fsync is off: a power cut can damage it: set `fsync = on`",
      fix: null,
    });
    expect(shown("gone")).toMatchObject([
      {
        status: "problem",
        detail: expect.stringMatching(/^x at \/nowhere can't be reached.*: try again; if it lasts/),
      },
    ]);
    // Told once.
    expect(checks.filter((one: { board: string | null }) => one.board === "lost")).toContainEqual(
      expect.objectContaining({ check: "database", detail: "it can't be read: see store:gone" }),
    );
  });

  test.skipIf(!hasPostgres)("is asked of the server, and says who holds a snapshot", async () => {
    const place = await requirePostgres();
    await using sql = connect(place);
    const holder = await sql.reserve();
    await holder.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1").simple();
    const [row] = await holder.unsafe("SELECT pg_backend_pid() AS pid");
    const facts = await examineServer(place);
    expect(facts).toMatchObject({ isReplica: false, mayCreateSchema: true });
    expect(facts.versionNumber).toBeGreaterThanOrEqual(150_000);
    expect(Math.abs(facts.aheadMs)).toBeLessThan(2_000 + facts.roundTripMs);
    expect(facts.snapshots.map((one) => one.holder).join()).toContain(`(process ${row.pid}`);
    await holder.close();
  });
});
