import { describe, expect, test } from "bun:test";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { lockSpaceOf, PostgresEngine } from "../../../src/store/postgres/postgres-engine.ts";
import { useServer } from "../../../src/store/postgres/server.ts";
import type { ServerPlace } from "../../../src/store/postgres/server-place.ts";
import type { Connection } from "../../../src/store/sql/connection.ts";
import { hasPostgres, requirePostgres, startPostgres } from "../../support/postgres/postgres.ts";
import { person, refusalOf } from "../board-under-test.ts";
import { connect, freshName, openBoardOn } from "./board.ts";

function engineOf(place: ServerPlace, board: number) {
  const { server, release } = useServer(place);
  const options = { server, schema: "kanbun", board, clock: systemClock, isServerTime: true };
  return { engine: new PostgresEngine({ ...options, busyTimeoutMs: 5_000, dispatcher: null }), release };
}

describe.skipIf(!hasPostgres)("statements of a board", () => {
  test("are never compiled, however long the planner thinks that they take", async () => {
    const own = startPostgres({ settings: ["jit = on", "jit_above_cost = 0"] });
    const { engine, release } = engineOf(own.place, 1);
    try {
      await using _store = await openBoardOn(own.place, "b", { clock: systemClock, mode: "create" });
      const explain = "EXPLAIN (ANALYZE, FORMAT TEXT) SELECT count(*) FROM tasks WHERE title LIKE '%x%'";
      const plan = function* (db: Connection) {
        return (yield* db.all<Record<string, string>>(explain)).map((row) => row["QUERY PLAN"]).join("\n");
      };
      const read = await engine.read(plan);
      const written = await engine.write(({ db }) => plan(db), { isSynced: true });
      for (const text of [read, written]) {
        expect(text).toContain("Scan");
        expect(text).not.toContain("JIT");
      }
    } finally {
      await release();
      own.end();
    }
  });
});

describe.skipIf(!hasPostgres)("statements that no one waits for", () => {
  test("undo the whole transaction, in their own words, where they change another number of rows", async () => {
    const place = await requirePostgres();
    const name = freshName();
    await using store = await openBoardOn(place, name, { clock: systemClock, mode: "create" });
    const { task } = await store.createTask({ title: "before" }, person);
    const { id } = task;
    await using sql = connect(place);
    const [{ board }] = await sql.unsafe("SELECT id AS board FROM kanbun.boards WHERE name = $1", [name]);
    const { engine, release } = engineOf(place, board);
    const rename = (ids: readonly string[], count: number) =>
      engine.write(
        function* ({ db }) {
          yield* db.send("UPDATE tasks SET body = 'sent' WHERE id = :id", { id });
          yield* db.sendExactly(
            "UPDATE tasks SET title = 'after' WHERE id IN (SELECT value FROM json_each(:ids))",
            { ids: JSON.stringify(ids) },
            { count, otherwise: "another number" },
          );
          yield* db.send("UPDATE tasks SET tenant = 'behind' WHERE id = :id", { id });
        },
        { isSynced: true },
      );
    await expect(rename([id, "t_none"], 2)).rejects.toThrow("another number");
    await expect(rename([], 1)).rejects.toThrow("another number");
    expect(await store.requireTask(id)).toMatchObject({ title: "before", body: null, tenant: null });
    await rename([id, "t_none"], 1);
    expect(await store.requireTask(id)).toMatchObject({ title: "after", body: "sent", tenant: "behind" });
    await release();
  });
});

describe.skipIf(!hasPostgres)("a write that gives way", () => {
  test("is refused at once while another is at the board, with nothing written, and is done when no one is", async () => {
    const place = await requirePostgres();
    const name = freshName();
    await using store = await openBoardOn(place, name, { clock: systemClock, mode: "create" });
    const { id } = (await store.createTask({ title: "before" }, person)).task;
    await using sql = connect(place);
    const [{ board }] = await sql.unsafe("SELECT id AS board FROM kanbun.boards WHERE name = $1", [name]);
    const { engine, release } = engineOf(place, board);
    try {
      const rename = () =>
        engine.write(({ db }) => db.send("UPDATE tasks SET title = 'after' WHERE id = :id", { id }), {
          isSynced: true,
          givesWay: true,
        });
      await sql.begin(async (other) => {
        await other`SELECT pg_advisory_xact_lock(${lockSpaceOf("kanbun")}, ${board})`;
        expect(await refusalOf(rename())).toBe("busy");
      });
      expect((await store.requireTask(id)).title).toBe("before");
      await rename();
      expect((await store.requireTask(id)).title).toBe("after");
    } finally {
      await release();
    }
  });
});
