import { describe, expect, test } from "bun:test";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { hasPostgres, startPostgres } from "../../support/postgres/postgres.ts";
import { here, person, policies, policy } from "../board-under-test.ts";
import { planOf } from "../players.ts";
import { connect, countRead, openBoardOn } from "./board.ts";

const profiles = policies(policy("shell"));
const view = { nowMs: 1, reconcile: false, host: here, profiles, homeMax: 4, boardMax: null };

describe.skipIf(!hasPostgres)("what tasks of a server's board ask for", () => {
  test("is kept when an older Kanbun's schema is brought up", async () => {
    const own = startPostgres();
    try {
      const before = await openBoardOn(own.place, "b", { clock: systemClock, mode: "create" });
      const { task } = await before.createTask({ title: "asks", assignee: "shell" }, person);
      const other = (await before.createTask({ title: "none" }, person)).task;
      await before.close();
      await using sql = connect(own.place);
      const steps = [
        "SET search_path = kanbun",
        `CREATE TABLE all_kanbun_placements (board integer, task_id text, kind text, value text)`,
        "CREATE VIEW kanbun_placements AS SELECT * FROM all_kanbun_placements",
        "DROP VIEW tasks",
        "ALTER TABLE all_tasks DROP COLUMN kanbun_asks",
        "CREATE INDEX tasks_ready ON all_tasks(board, assignee) WHERE status = 'ready'",
        `INSERT INTO all_kanbun_placements SELECT board, '${task.id}', kind, value FROM (SELECT DISTINCT board FROM all_tasks) b,
         (VALUES ('label', 'gpu'), ('host', 'north'), ('label', 'eu')) AS v(kind, value)`,
        "UPDATE schema_version SET version = 17",
      ];
      await sql.unsafe(steps.join(";\n")).simple();
      await using store = await openBoardOn(own.place, "b", { clock: systemClock });
      expect(await store.requireTask(task.id)).toMatchObject({ host: "north", labels: ["eu", "gpu"] });
      expect(await store.requireTask(other.id)).toMatchObject({ host: null, labels: [] });
      const left = await sql.unsafe(
        "SELECT relname FROM pg_class WHERE relname ~ 'placements|^tasks_ready|^tasks_review$'",
      );
      expect([...left]).toEqual([]);
    } finally {
      own.end();
    }
  });

  test("is looked for among what there is to ask for: 20,000 tasks for another host are not read", async () => {
    const own = startPostgres({ settings: ["autovacuum = off"] });
    try {
      await using sql = connect(own.place);
      const make = async () => {
        await using store = await openBoardOn(own.place, "b", { clock: systemClock, mode: "create" });
        const tasks = Array.from({ length: 20_000 }, () => ({
          title: "x",
          assignee: "shell",
          labels: ["gpu"],
        }));
        await store.createTasks({ tasks }, person);
        await store.createTask({ title: "for this one", assignee: "shell" }, person);
      };
      await make();
      const before = await countRead(sql);
      const traits = { names: ["north"], labels: [] };
      {
        await using store = await openBoardOn(own.place, "b", { clock: systemClock });
        for (let round = 0; round < 5; round += 1)
          expect((await store.viewTick({ ...view, traits })).hasCandidates).toBe(true);
        expect((await store.applyTick(planOf({ claims: { max: 1 } }))).claimed).toHaveLength(1);
      }
      expect((await countRead(sql)) - before).toBeLessThan(10_000);
    } finally {
      own.end();
    }
  });
});
