import { describe, expect, test } from "bun:test";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { eventually } from "../../support/eventually.ts";
import { hasPostgres, startPostgres } from "../../support/postgres/postgres.ts";
import { person } from "../board-under-test.ts";
import { planOf } from "../players.ts";
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
      expect(await known()).toBeLessThan(1_000);
      await store.createTasks({ tasks: Array.from({ length: 1_000 }, () => ({ title: "x" })) }, person);
      expect(await known()).toBe(1_001);
    } finally {
      own.end();
    }
  });

  test("is known of a new board too: a claim doesn't compare each run with each", async () => {
    const own = startPostgres({ settings: ["autovacuum = off"] });
    const plan = planOf({ claims: { max: 50 } });
    const claims = { ...plan, claims: plan.claims && { ...plan.claims, homeMax: 1_000 } };
    try {
      await using sql = connect(own.place);
      const countRead = async () => {
        const [row] = await sql.unsafe(
          `SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables) + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes) AS n`,
        );
        return Number(row.n);
      };
      const store = await openBoardOn(own.place, "b", { clock: systemClock, mode: "create" });
      const tasks = Array.from({ length: 1_000 }, () => ({ title: "x", assignee: "shell" }));
      await store.createTasks({ tasks }, person);
      const claimed = [];
      for (let tick = 0; tick < 10; tick += 1) claimed.push(...(await store.applyTick(claims)).claimed);
      expect(claimed).toHaveLength(500);
      // A connection tells its numbers when it ends.
      await store.close();
      await eventually("the numbers are told", async () => (await countRead()) > 5_000);
      // Ten claims, beside 225 runs that live: some of each are read, not each for each.
      expect(await countRead()).toBeLessThan(150_000);
    } finally {
      own.end();
    }
  });
});
