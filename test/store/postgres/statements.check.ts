import { describe, expect, test } from "bun:test";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { PostgresEngine } from "../../../src/store/postgres/postgres-engine.ts";
import { useServer } from "../../../src/store/postgres/server.ts";
import { hasPostgres, requirePostgres } from "../../support/postgres/postgres.ts";
import { person } from "../board-under-test.ts";
import { connect, freshName, openBoardOn } from "./board.ts";

describe.skipIf(!hasPostgres)("statements that no one waits for", () => {
  test("undo the whole transaction, in their own words, where they change another number of rows", async () => {
    const place = await requirePostgres();
    const name = freshName();
    await using store = await openBoardOn(place, name, { clock: systemClock, mode: "create" });
    const { task } = await store.createTask({ title: "before" }, person);
    const { id } = task;
    await using sql = connect(place);
    const [{ board }] = await sql.unsafe("SELECT id AS board FROM kanbun.boards WHERE name = $1", [name]);
    const { server, release } = useServer(place);
    const options = { server, schema: "kanbun", board, clock: systemClock, isServerTime: true };
    const engine = new PostgresEngine({ ...options, busyTimeoutMs: 5_000, dispatcher: null });
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
