import { afterEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { examineServer, judgeServer } from "../../../src/store/postgres/server-health.ts";
import { eventually } from "../../support/eventually.ts";
import { hasPostgres, type OwnPostgres, startPostgres } from "../../support/postgres/postgres.ts";
import { person, refusalOf, workerOf } from "../board-under-test.ts";
import { planOf } from "../players.ts";
import { connect, openBoardOn } from "./board.ts";

describe.skipIf(!hasPostgres)("a server that takes no writes", () => {
  const own: OwnPostgres[] = [];
  afterEach(() => {
    for (const server of own.splice(0)) server.end();
  });

  /** A task ready, and one at work whose run could be closed and freed. */
  async function openBusyBoard() {
    const server = startPostgres();
    own.push(server);
    const options = { clock: systemClock, mode: "create" } as const;
    const store = await openBoardOn(server.place, "b", options);
    const make = () => store.createTask({ title: "x", assignee: "shell" }, person);
    await make();
    const [claim] = (await store.applyTick(planOf({ claims: { max: 1 } }))).claimed;
    if (claim === undefined) throw new Error("nothing was claimed");
    const { task: ready } = await make();
    const [run] = await store.listLiveRuns();
    if (run === undefined) throw new Error("nothing runs");
    const refuseAll = async () => {
      const plan = { closings: [], freed: [run], claims: { max: 4 } };
      const refusals = [
        await refusalOf(make()),
        await refusalOf(store.applyTick(planOf(plan))),
        await refusalOf(store.completeTask(claim.task.id, { summary: "s" }, workerOf(claim))),
        await refusalOf(store.reclaimTask(claim.task.id, null, person)),
      ];
      expect(new Set(refusals)).toEqual(new Set(["unwritable"]));
    };
    /** All is as it was: nothing half closed, freed or claimed. */
    const expectUntouched = async () => {
      expect((await store.getCounts()).byStatus).toEqual({ running: 1, ready: 1 });
      expect(await store.listLiveRuns()).toMatchObject([
        { runId: claim.runId, token: claim.token, isOpen: true },
      ]);
      expect((await store.requireTask(ready.id)).currentRunId).toBeNull();
    };
    const expectWorking = async () => {
      await store.completeTask(claim.task.id, { summary: "s" }, workerOf(claim));
      const { claimed } = await store.applyTick(
        planOf({ freed: await store.listLiveRuns(), claims: { max: 4 } }),
      );
      expect(claimed.map(({ task }) => task.id)).toEqual([ready.id]);
    };
    return { server, store, refuseAll, expectUntouched, expectWorking };
  }

  test("because it was set so refuses each write and keeps what is there, and goes on when it is set back", async () => {
    const { server, store, refuseAll, expectUntouched, expectWorking } = await openBusyBoard();
    await using _store = store;
    await using sql = connect(server.place);
    const set = async (...statements: string[]) => {
      for (const one of [...statements, "SELECT pg_reload_conf()"]) await sql.unsafe(one);
    };
    await set("ALTER SYSTEM SET default_transaction_read_only = on");
    // Each session of the server learns of it in its own time.
    await eventually("it takes none", () =>
      store.resume("board").then(
        () => false,
        () => true,
      ),
    );
    await expectUntouched();
    await refuseAll();
    await expectUntouched();
    await set("SET default_transaction_read_only = off", "ALTER SYSTEM RESET default_transaction_read_only");
    await eventually("it takes some", () =>
      store.resume("board").then(
        () => true,
        () => false,
      ),
    );
    await expectWorking();
  });

  test("because it is a replica refuses each write with words, is read all the same, and goes on when it is made the primary", async () => {
    const { server, store, refuseAll, expectUntouched, expectWorking } = await openBusyBoard();
    await using _store = store;
    server.stop("fast");
    writeFileSync(join(server.place.host, "data", "standby.signal"), "");
    server.start();
    await expectUntouched();
    expect(judgeServer(await examineServer(server.place)).map(({ kind }) => kind)).toContain("replica");
    await refuseAll();
    await expectUntouched();
    await using sql = connect(server.place);
    await sql.unsafe("SELECT pg_promote(true, 60)");
    await expectWorking();
  });
});
