import { expect, test } from "bun:test";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { hasPostgres, startPostgres } from "../../support/postgres/postgres.ts";
import { person, workerOf } from "../board-under-test.ts";
import { planOf } from "../players.ts";
import { connect, openBoardOn } from "./board.ts";

const batch = 10;
const rounds = 25;

// What is counted is pages read, which no load of the machine changes.
test.skipIf(!hasPostgres)(
  "beside a snapshot that someone holds a claim reads a few pages more for each task claimed since, and none more once it is given back",
  async () => {
    const own = startPostgres({ settings: ["shared_preload_libraries = 'pg_stat_statements'"] });
    try {
      await using store = await openBoardOn(own.place, "b", { clock: systemClock, mode: "create" });
      await using sql = connect(own.place);
      await sql.unsafe("CREATE EXTENSION pg_stat_statements");
      const tasks = Array.from({ length: 4 * rounds * batch }, () => ({ title: "x", assignee: "shell" }));
      await store.createTasks({ tasks }, person);
      await sql.unsafe("VACUUM ANALYZE");
      /** Pages that a claim of ten reads with what ends their runs, on average. */
      const work = async () => {
        await sql.unsafe("SELECT pg_stat_statements_reset()");
        for (let round = 0; round < rounds; round++) {
          const { claimed } = await store.applyTick(planOf({ claims: { max: batch } }));
          expect(claimed).toHaveLength(batch);
          for (const claim of claimed)
            await store.completeTask(claim.task.id, { summary: "s" }, workerOf(claim));
          await store.applyTick(planOf({ freed: await store.listLiveRuns() }));
        }
        const [row] = await sql.unsafe(
          "SELECT sum(shared_blks_hit + shared_blks_read) AS pages FROM pg_stat_statements",
        );
        return Number(row.pages) / rounds;
      };
      const before = await work();
      await using holder = connect(own.place);
      await holder.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ");
      await holder.unsafe("SELECT count(*) FROM kanbun.boards");
      await work();
      const held = await work();
      await holder.unsafe("ROLLBACK");
      await sql.unsafe("VACUUM");
      const after = await work();
      const claimedSince = 1.5 * rounds * batch;
      const more = (held - before) / claimedSince;
      console.log(
        `${before.toFixed(0)} pages; held ${held.toFixed(0)}, ${more.toFixed(1)} more for each; then ${after.toFixed(0)}`,
      );
      expect(more).toBeLessThan(10);
      expect(after).toBeLessThan(1.5 * before);
    } finally {
      own.end();
    }
  },
);
