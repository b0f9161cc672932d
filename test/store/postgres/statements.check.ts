import { describe, expect, test } from "bun:test";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { lockSpaceOf, PostgresEngine } from "../../../src/store/postgres/postgres-engine.ts";
import { useServer } from "../../../src/store/postgres/server.ts";
import type { ServerPlace } from "../../../src/store/postgres/server-place.ts";
import type { Connection } from "../../../src/store/sql/connection.ts";
import { appendEvent } from "../../../src/store/sql/scope.ts";
import { together } from "../../../src/store/sql/steps.ts";
import { eventually } from "../../support/eventually.ts";
import { hasPostgres, requirePostgres, startPostgres } from "../../support/postgres/postgres.ts";
import { person, refusalOf } from "../board-under-test.ts";
import { connect, freshName, openBoardOn } from "./board.ts";

function engineOf(place: ServerPlace, board: number, busyTimeoutMs = 5_000) {
  const { server, release } = useServer(place);
  const options = { server, schema: "kanbun", board, clock: systemClock, isServerTime: true };
  return { engine: new PostgresEngine({ ...options, busyTimeoutMs, dispatcher: null }), release };
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
      const rename = (how: { nowMs?: number } = {}) =>
        engine.write(({ db }) => db.send("UPDATE tasks SET title = title || '+' WHERE id = :id", { id }), {
          isSynced: true,
          givesWay: true,
          ...how,
        });
      // It asks nothing before it is through.
      const note = () =>
        engine.write((scope) => appendEvent(scope, { taskId: id, kind: "commented", actor: "ada" }), {
          isSynced: true,
          givesWay: true,
          nowMs: 1_000,
        });
      await sql.begin(async (other) => {
        await other`SELECT pg_advisory_xact_lock(${lockSpaceOf("kanbun")}, ${board})`;
        expect(await refusalOf(rename())).toBe("busy");
        expect(await refusalOf(rename({ nowMs: 1_000 }))).toBe("busy");
        expect(await refusalOf(note())).toBe("busy");
      });
      expect((await store.requireTask(id)).title).toBe("before");
      await rename();
      await rename({ nowMs: 1_000 });
      expect((await store.requireTask(id)).title).toBe("before++");
    } finally {
      await release();
    }
  });
});

describe.skipIf(!hasPostgres)("a transaction that waits for no answer before it asks", () => {
  test("says that the board is busy where it waits for it too long, whatever it has asked behind", async () => {
    const place = await requirePostgres();
    const name = freshName();
    await using store = await openBoardOn(place, name, { clock: systemClock, mode: "create" });
    const { id } = (await store.createTask({ title: "x" }, person)).task;
    await using sql = connect(place);
    const [{ board }] = await sql.unsafe("SELECT id AS board FROM kanbun.boards WHERE name = $1", [name]);
    const { engine, release } = engineOf(place, board, 50);
    const read = (db: Connection) => () => db.get("SELECT title FROM tasks WHERE id = :id", { id });
    const write = () =>
      engine.write(({ db }) => together(read(db), read(db), read(db)), { nowMs: 1_000, isSynced: true });
    try {
      await write();
      await sql.begin(async (other) => {
        await other`SELECT pg_advisory_xact_lock(${lockSpaceOf("kanbun")}, ${board})`;
        for (let round = 0; round < 5; round += 1) expect(await refusalOf(write())).toBe("busy");
      });
    } finally {
      await release();
    }
  });

  test("is done once where its connection was lost before, and reads only what was written before it had the board", async () => {
    const place = await requirePostgres();
    const name = freshName();
    await using store = await openBoardOn(place, name, { clock: systemClock, mode: "create" });
    const { id } = (await store.createTask({ title: "x" }, person)).task;
    await using sql = connect(place);
    const [{ board }] = await sql.unsafe("SELECT id AS board FROM kanbun.boards WHERE name = $1", [name]);
    const { engine, release } = engineOf(place, board);
    const select = "SELECT title FROM tasks WHERE id = :id";
    const read = () => engine.read((db) => db.get<{ title: string }>(select, { id }));
    const addToTitle = () =>
      engine.write(
        function* ({ db }) {
          const row = yield* db.get<{ title: string }>(select, { id });
          yield* db.send("UPDATE tasks SET title = :title WHERE id = :id", { id, title: `${row?.title}+` });
        },
        { nowMs: 1_000, isSynced: true },
      );
    const loseConnections = () =>
      sql.unsafe(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kanbun' AND state = 'idle'",
      );
    try {
      await addToTitle();
      await loseConnections();
      await addToTitle();
      await loseConnections();
      expect(await read()).toEqual({ title: "x++" });
      const [has, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      await using another = connect(place);
      const other = another.begin(async (one) => {
        await one`SELECT pg_advisory_xact_lock(${lockSpaceOf("kanbun")}, ${board})`;
        await one.unsafe("UPDATE kanbun.all_tasks SET title = 'y' WHERE id = $1", [id]);
        has.resolve();
        await held.promise;
      });
      await has.promise;
      const added = addToTitle();
      await eventually("it waits for the board", async () => {
        const waiting = await sql.unsafe(
          "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
        );
        return waiting.length > 0;
      });
      held.resolve();
      await Promise.all([other, added]);
      expect(await read()).toEqual({ title: "y+" });
    } finally {
      await release();
    }
  });
});
