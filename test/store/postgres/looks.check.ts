import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BoardView } from "../../../src/dispatcher/tick/board-view.ts";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { loadConfig } from "../../../src/system/config/config.ts";
import { eventually } from "../../support/eventually.ts";
import { makeTestHome } from "../../support/home.ts";
import { hasPostgres, requirePostgres, startPostgres } from "../../support/postgres/postgres.ts";
import { here, person, policies, policy } from "../board-under-test.ts";
import { planOf } from "../players.ts";
import { connect, freshName, openBoardOn } from "./board.ts";

const hostOf = (home: string) => ({ ...here, host: `${home}+m/ns` });
const own = hostOf("0123456789ab");

describe.skipIf(!hasPostgres)("what a host asks when it looks", () => {
  test("is found by its own runs, however many tasks there are and workers of others", async () => {
    const server = startPostgres({ settings: ["autovacuum = off"] });
    try {
      await using sql = connect(server.place);
      const store = await openBoardOn(server.place, "b", { clock: systemClock, mode: "create" });
      const tasks = Array.from({ length: 3_000 }, () => ({ title: "x", assignee: "shell" }));
      await store.createTasks({ tasks }, person);
      for (const [host, max] of [
        [own, 4],
        [hostOf("ba9876543210"), 60],
      ] as const) {
        const plan = planOf({ claims: { max } });
        await store.applyTick({ ...plan, claims: plan.claims && { ...plan.claims, host, homeMax: 1_000 } });
      }
      await sql.unsafe("UPDATE kanbun.all_tasks SET status = 'done' WHERE status = 'ready'");
      await sql.unsafe("ANALYZE");
      const countRead = async () => {
        const [row] = await sql.unsafe("SELECT sum(seq_tup_read) AS n FROM pg_stat_user_tables");
        return Number(row.n);
      };
      // A connection tells its numbers when it ends.
      await store.close();
      await eventually("the numbers are told", async () => (await countRead()) > 3_000);
      const before = await countRead();
      const again = await openBoardOn(server.place, "b", { clock: systemClock, mode: "write" });
      const profiles = policies(policy("shell"));
      const look = () =>
        again.viewTick({
          nowMs: Date.now(),
          reconcile: false,
          host: own,
          profiles,
          homeMax: 4,
          boardMax: null,
        });
      for (let round = 0; round < 20; round += 1) {
        const { live, others } = await look();
        expect([live.length, others.map(({ count }) => count)]).toEqual([4, [60]]);
      }
      await again.close();
      await eventually("their sessions have ended", async () => {
        const [row] = await sql.unsafe(
          "SELECT count(*) AS n FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
        );
        return Number(row.n) === 0;
      });
      // Some times the 64 runs, and no time the tasks.
      expect((await countRead()) - before).toBeLessThan(20_000);
    } finally {
      server.end();
    }
  });

  test("is six statements where nothing waits, one where nothing was written, and none for what is to come", async () => {
    const server = startPostgres({ settings: ["log_statement = 'all'"] });
    try {
      await using store = await openBoardOn(server.place, "b", { clock: systemClock, mode: "create" });
      await store.createTask({ title: "of nobody" }, person);
      await store.archiveTask((await store.listTasks({}))[0]?.id ?? "", person);
      const countStatements = () =>
        readFileSync(join(server.place.host, "log"), "utf8").match(/LOG: {2}(execute|statement)/g)?.length ??
        0;
      const view = new BoardView(own);
      const under = { config: loadConfig(makeTestHome()), pausesElsewhere: [] };
      const see = () => view.see(store, under, { nowMs: Date.now(), reconcile: false });
      const asked: number[] = [];
      for (const ask of [see, see, () => view.getOutlook(store, under, Date.now())]) {
        const before = countStatements();
        await ask();
        asked.push(countStatements() - before);
      }
      expect(asked).toEqual([1 + 6, 1, 0]);
    } finally {
      server.end();
    }
  });

  test("brings along what becomes of the runs of silent hosts, of which each claim would ask", async () => {
    const place = await requirePostgres();
    const name = freshName();
    await using store = await openBoardOn(place, name, { clock: systemClock, mode: "create" });
    await using another = await openBoardOn(place, name, { clock: systemClock, mode: "write" });
    const { takeover } = store;
    expect(takeover?.knownTakeover).toBeNull();
    const before = await store.news.getVersion();
    expect(takeover?.knownTakeover).toBe("never");
    await another.takeover?.setTakeover("lease");
    expect(await store.news.getVersion()).not.toBe(before);
    expect(takeover?.knownTakeover).toBe("lease");
  });
});
