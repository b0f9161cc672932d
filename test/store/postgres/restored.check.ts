import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandLine } from "../../cli/command-line.ts";
import { eventually } from "../../support/eventually.ts";
import { hasPostgres, requirePostgres } from "../../support/postgres/postgres.ts";
import { connect } from "./board.ts";
import { makeStoreHome } from "./store-home.ts";

const residents = new Set<ReturnType<CommandLine["spawn"]>>();
afterAll(async () => {
  for (const one of residents) one.kill("SIGKILL");
  await Promise.all([...residents].map(({ exited }) => exited));
});

const isAlive = (pid: number) => existsSync(`/proc/${pid}`) || process.platform !== "linux";

describe.skipIf(!hasPostgres || process.platform !== "linux")(
  "a server that was restored, or failed over",
  () => {
    test("is recognised by the next beat: a worker whose claim it forgot is killed, and one that it knows goes on", async () => {
      const { kanbun, slug } = await makeStoreHome('lease = "5s"\n[dispatch]\nmax_in_progress = 1');
      await kanbun.ok("boards", "create", slug, "--store", "team", "--switch");
      const pids = join(kanbun.home, "pids");
      const work = `echo $$ >>${pids}; exec sleep 600`;
      const known = await kanbun.create("known", "--run", work);
      const begun = () => (existsSync(pids) ? readFileSync(pids, "utf8").trim().split("\n").map(Number) : []);
      const resident = kanbun.spawn(["dispatch", "--watch"]);
      residents.add(resident);
      await eventually("it is at work", () => begun().length === 1);
      const place = await requirePostgres();
      await using sql = connect(place);
      const run = (text: string) => sql.unsafe(`SET search_path = kanbun; ${text}`).simple();
      const hostsOf = async () =>
        (await kanbun.json(["hosts"])).data.hosts.find(({ home }: { home: string }) => home === kanbun.home);
      const before = (await hostsOf()).epoch;

      // Another server with the same rows: what was claimed is as it was.
      await run(`UPDATE hosts SET origin = 'another' WHERE home = '${kanbun.home}'`);
      await eventually("it begins anew", async () => (await hostsOf()).epoch > before);
      expect(isAlive(begun()[0] ?? 0)).toBe(true);
      expect((await kanbun.json(["show", known])).data.runs).toHaveLength(1);

      // And one with the rows of before the claim.
      const board = `(SELECT id FROM boards WHERE name = '${slug}')`;
      await run(`BEGIN; DELETE FROM all_kanbun_runs WHERE board = ${board}; DELETE FROM all_task_runs WHERE board = ${board};
      UPDATE all_tasks SET status = 'ready', current_run_id = NULL, claim_lock = NULL, worker_pid = NULL WHERE board = ${board};
      UPDATE hosts SET origin = 'another' WHERE home = '${kanbun.home}'; COMMIT`);
      await eventually("the worker of before is killed", () => !isAlive(begun()[0] ?? 0));
      resident.kill("SIGTERM");
      await resident.exited;
      await kanbun.ok("cancel", known);
      await kanbun.ok("dispatch");
    });
  },
);
