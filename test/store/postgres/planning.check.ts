import { describe, expect, test } from "bun:test";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { hasPostgres, startPostgres } from "../../support/postgres/postgres.ts";
import { person } from "../board-under-test.ts";
import { connect, openBoardOn } from "./board.ts";

describe.skipIf(!hasPostgres)("what the server plans with", () => {
  test("is known to it as soon as many tasks were made at once, not a minute later", async () => {
    const own = startPostgres({ settings: ["autovacuum = off"] });
    try {
      await using store = await openBoardOn(own.place, "b", { clock: systemClock, mode: "create" });
      await using sql = connect(own.place);
      const known = async () => {
        const [row] = await sql.unsafe(
          "SELECT reltuples FROM pg_class WHERE oid = 'kanbun.all_tasks'::regclass",
        );
        return Number(row.reltuples);
      };
      await store.createTask({ title: "one" }, person);
      expect(await known()).toBeLessThan(1);
      await store.createTasks({ tasks: Array.from({ length: 1_000 }, () => ({ title: "x" })) }, person);
      expect(await known()).toBe(1_001);
    } finally {
      own.end();
    }
  });
});
