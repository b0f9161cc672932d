import { afterEach, describe, expect, test } from "bun:test";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandLine } from "../../cli/command-line.ts";
import { eventually } from "../../support/eventually.ts";
import { makeTestHome } from "../../support/home.ts";
import { Door } from "../../support/postgres/door.ts";
import { type OwnPostgres, startPostgres, whyNoStandby } from "../../support/postgres/postgres.ts";
import { waitForStandby } from "../../support/postgres/standby.ts";

const refusal = process.platform === "linux" ? whyNoStandby() : "processes are looked up as on Linux";
if (refusal !== null) console.error(`skipped: a fail-over under residents: ${refusal}`);

describe.skipIf(refusal !== null)("a server that is killed, and whose standby takes its place", () => {
  const own: OwnPostgres[] = [];
  const residents: ReturnType<CommandLine["spawn"]>[] = [];
  afterEach(async () => {
    for (const one of residents) one.kill("SIGKILL");
    await Promise.all(residents.splice(0).map(({ exited }) => exited));
    for (const server of own.splice(0)) server.end();
  });

  /** Both behind one address, and three homes whose board is there. */
  async function startAll() {
    const primary = startPostgres({ settings: ["fsync = on"] });
    own.push(primary);
    const standby = startPostgres({ standbyOf: primary, settings: ["fsync = on"] });
    own.push(standby);
    await waitForStandby(primary);
    const folder = makeTestHome();
    const door = new Door(join(folder, ".s.PGSQL.5432"));
    await door.lead(primary);
    const homes = await Promise.all([0, 1, 2].map(() => CommandLine.init()));
    for (const { home } of homes)
      appendFileSync(
        join(home, "kanbun.toml"),
        `[stores.team]\nurl = "postgres://kanbun@/postgres?host=${folder}"\nlease = "5s"\n[dispatch]\nmax_in_progress = 2\n`,
      );
    const [one, ...others] = homes as [CommandLine, CommandLine, CommandLine];
    await one.ok("boards", "create", "build", "--store", "team", "--switch");
    for (const other of others) await other.ok("boards", "join", "build", "--store", "team", "--switch");
    return { primary, standby, door, homes: [one, ...others] as const, ledger: join(folder, "ledger") };
  }

  function watch(home: CommandLine): void {
    residents.push(home.spawn(["dispatch", "--watch"]));
  }

  /** Each worker's pid, by the title of its task, in the order in which they began. */
  function pidsOf(ledger: string): ReadonlyMap<string, readonly number[]> {
    const lines = existsSync(ledger) ? readFileSync(ledger, "utf8").trim().split("\n") : [];
    const words = lines.filter(Boolean).map((line) => line.split(" "));
    const byTitle = Map.groupBy(words, ([title = ""]) => title);
    return new Map([...byTitle].map(([title, of]) => [title, of.map(([, pid]) => Number(pid))]));
  }

  const work = (ledger: string, title: string) =>
    `echo "${title} $$" >>${ledger}; until [ -e ${ledger}.go ]; do sleep 0.1; done`;
  const isAlive = (pid = 0) => existsSync(`/proc/${pid}`);

  async function allAreDone(home: CommandLine, count: number): Promise<void> {
    await eventually("all are done", async () => {
      const { data } = await home.json(["status"]);
      return data?.by_status.done === count;
    });
  }

  test("has lost nothing where it was waited for: residents go on by themselves, each worker lives on and no task runs twice", async () => {
    const { primary, standby, door, homes, ledger } = await startAll();
    primary.set("synchronous_standby_names = '*'");
    const [one] = homes;
    const titles = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for (const title of titles) await one.create(title, "--run", work(ledger, title));
    for (const home of homes) watch(home);
    await eventually("all slots are taken", () => pidsOf(ledger).size === 6);
    primary.kill();
    const refused = await one.run(["create", "while none is there"]);
    // Refused by the machine, or let in by what was just killed and then not answered.
    expect([refused.code, refused.stderr]).toEqual([
      5,
      expect.stringMatching(/can't be reached|does not answer: nothing was changed/),
    ]);
    standby.promote();
    await door.lead(standby);
    expect([...pidsOf(ledger).values()].flat().every(isAlive)).toBe(true);
    writeFileSync(`${ledger}.go`, "");
    await allAreDone(one, titles.length);
    expect([...pidsOf(ledger).values()].map((pids) => pids.length)).toEqual(titles.map(() => 1));
    expect(residents.map(({ exitCode }) => exitCode)).toEqual([null, null, null]);
  });

  test("and had fallen behind has forgotten: the worker of a claim that it does not know is killed and its task done again, another goes on", async () => {
    const { primary, standby, door, homes, ledger } = await startAll();
    const [one, other] = homes;
    await one.create("known", "--run", work(ledger, "known"));
    watch(one);
    await eventually("it is at work", () => pidsOf(ledger).size === 1);
    await one.create("forgotten", "--at", "+1h", "--run", work(ledger, "forgotten"));
    await waitForStandby(primary);
    standby.set("primary_conninfo = ''");
    const [task] = (await one.json(["list", "--status", "scheduled"])).data.tasks;
    await one.ok("promote", task.id);
    watch(other);
    await eventually("it is at work too", () => pidsOf(ledger).size === 2);
    primary.kill();
    standby.promote();
    await door.lead(standby);
    await eventually("what was forgotten is killed", () => !isAlive(pidsOf(ledger).get("forgotten")?.[0]));
    expect(isAlive(pidsOf(ledger).get("known")?.[0])).toBe(true);
    await one.ok("promote", task.id);
    writeFileSync(`${ledger}.go`, "");
    await allAreDone(one, 2);
    expect([...pidsOf(ledger)].map(([title, pids]) => [title, pids.length])).toEqual([
      ["known", 1],
      ["forgotten", 2],
    ]);
  });
});
