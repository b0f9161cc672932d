import { expect, test } from "bun:test";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { hasPostgres, startPostgres } from "../../support/postgres/postgres.ts";
import { ending, person, workerOf } from "../board-under-test.ts";
import { planOf } from "../players.ts";
import { connect, openBoardOn } from "./board.ts";

const batch = 10;
const rounds = 25;
/** Worked off between two measurements. */
const between = { ticks: 20, perTick: 50 };

// What is counted is pages read, which no load of the machine changes.
test.skipIf(!hasPostgres)(
  "beside a snapshot that someone holds a claim reads hardly more for each task claimed since, and nothing more once it is given back",
  async () => {
    const own = startPostgres({ settings: ["shared_preload_libraries = 'pg_stat_statements'"] });
    try {
      await using store = await openBoardOn(own.place, "b", { clock: systemClock, mode: "create" });
      await using sql = connect(own.place);
      await sql.unsafe("CREATE EXTENSION pg_stat_statements");
      const count = 4 * rounds * batch + between.ticks * between.perTick;
      const tasks = Array.from({ length: count }, () => ({ title: "x", assignee: "shell" }));
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
      const held = await work();
      for (let tick = 0; tick < between.ticks; tick++) {
        await store.applyTick(planOf({ claims: { max: between.perTick } }));
        const live = await store.listLiveRuns();
        const closings = live.map((run) => ({ run, ending: ending("completed"), treeGone: true }));
        await store.applyTick(planOf({ closings }));
      }
      const later = await work();
      await holder.unsafe("ROLLBACK");
      await sql.unsafe("VACUUM");
      const after = await work();
      const claimedSince = rounds * batch + between.ticks * between.perTick;
      const more = (later - held) / claimedSince;
      console.log(
        `${before.toFixed(0)} pages; held ${held.toFixed(0)}, then ${more.toFixed(2)} more for each; ${after.toFixed(0)} after`,
      );
      expect(more).toBeLessThan(1);
      expect(after).toBeLessThan(1.5 * before);
    } finally {
      own.end();
    }
  },
);
