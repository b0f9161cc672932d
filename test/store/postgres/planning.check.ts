import { describe, expect, test } from "bun:test";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { hasPostgres, startPostgres } from "../../support/postgres/postgres.ts";
import { here, person } from "../board-under-test.ts";
import { planOf } from "../players.ts";
import { connect, countRead, openBoardOn } from "./board.ts";

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

  test("finds no parents where there are none: a claim doesn't go through what is done", async () => {
    const own = startPostgres({ settings: ["autovacuum = off"] });
    try {
      await using sql = connect(own.place);
      {
        await using store = await openBoardOn(own.place, "b", { clock: systemClock, mode: "create" });
        const tasks = Array.from({ length: 5_000 }, () => ({ title: "x", assignee: "shell" }));
        await store.createTasks({ tasks }, person);
      }
      await sql.unsafe(
        "UPDATE kanbun.all_tasks SET status = 'done' WHERE id NOT IN (SELECT id FROM kanbun.all_tasks ORDER BY id DESC LIMIT 3)",
      );
      // As the server does by itself: it then knows of an empty table that it is empty, but not yet that most tasks are done.
      await sql.unsafe("VACUUM");
      const before = await countRead(sql);
      {
        await using store = await openBoardOn(own.place, "b", { clock: systemClock });
        expect((await store.applyTick(planOf({ claims: { max: 3 } }))).claimed).toHaveLength(3);
      }
      expect((await countRead(sql)) - before).toBeLessThan(1_000);
    } finally {
      own.end();
    }
  });

  test("never makes a claim read all that is ready, nor a look", async () => {
    const own = startPostgres({ settings: ["autovacuum = off"] });
    try {
      await using sql = connect(own.place);
      {
        await using store = await openBoardOn(own.place, "b", { clock: systemClock, mode: "create" });
        const tasks = Array.from({ length: 20_000 }, () => ({ title: "x", assignee: "shell" }));
        await store.createTasks({ tasks }, person);
      }
      const before = await countRead(sql);
      {
        await using store = await openBoardOn(own.place, "b", { clock: systemClock });
        const rules = { host: here, homeMax: 1_000, boardMax: null, profiles: planOf({}).policies };
        for (let claimed = 0; claimed < 5; claimed += 1) {
          const view = await store.viewTick({ ...rules, nowMs: Date.now(), reconcile: false });
          expect(view.hasCandidates).toBe(true);
          expect((await store.applyTick(planOf({ claims: { max: 1 } }))).claimed).toHaveLength(1);
        }
      }
      expect((await countRead(sql)) - before).toBeLessThan(1_000);
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
      const store = await openBoardOn(own.place, "b", { clock: systemClock, mode: "create" });
      const tasks = Array.from({ length: 1_000 }, () => ({ title: "x", assignee: "shell" }));
      await store.createTasks({ tasks }, person);
      const claimed = [];
      for (let tick = 0; tick < 10; tick += 1) claimed.push(...(await store.applyTick(claims)).claimed);
      expect(claimed).toHaveLength(500);
      await store.close();
      // Ten claims, beside 225 runs that live: some of each are read, not each for each.
      expect(await countRead(sql)).toBeLessThan(150_000);
    } finally {
      own.end();
    }
  });
});
