import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { whyNoTrees } from "../../../native-shims/index.ts";
import { LeaseFile } from "../../../src/worker/lease/lease-file.ts";
import type { CommandLine } from "../../cli/command-line.ts";
import { eventually } from "../../support/eventually.ts";
import { hasPostgres } from "../../support/postgres/postgres.ts";
import { makeStoreHome } from "./store-home.ts";

const residents: { kill(signal: NodeJS.Signals): void; readonly exited: Promise<number> }[] = [];

/** Also their guards end, when no one prolongs the leases. */
afterEach(async () => {
  for (const resident of residents) resident.kill("SIGCONT");
  for (const resident of residents.splice(0)) {
    resident.kill("SIGTERM");
    await resident.exited;
  }
});

function watch(home: CommandLine) {
  const resident = home.spawn(["dispatch", "--watch", "--plain"]);
  residents.push(resident);
  return resident;
}

async function makeTwoHosts() {
  const settings = 'lease = "5s"';
  const [{ kanbun: one, slug }, { kanbun: other }] = [
    await makeStoreHome(settings),
    await makeStoreHome(settings),
  ];
  await one.ok("boards", "create", slug, "--store", "team", "--switch");
  await other.ok("boards", "join", slug, "--store", "team", "--switch");
  await one.ok("boards", "set", slug, "takeover", "lease");
  const ledger = join(one.home, "ledger");
  return { one, other, slug, ledger };
}

/** A task whose worker says who it is, again and again, until it is told to go. */
async function addTask(kanbun: CommandLine, ledger: string): Promise<string> {
  const { data } = await kanbun.json([
    "create",
    "a long one",
    "--run",
    `until [ -e ${ledger}.go ]; do read -r up rest </proc/uptime; echo "$up $KANBUN_RUN" >>${ledger}; sleep 0.02; done`,
  ]);
  return data.task.id;
}

interface Life {
  readonly run: number;
  readonly first: number;
  readonly last: number;
}

function readLives(ledger: string): readonly Life[] {
  if (!existsSync(ledger)) return [];
  const lines = readFileSync(ledger, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number));
  return [...Map.groupBy(lines, ([, run = 0]) => run)].map(([run, of]) => ({
    run,
    first: of[0]?.[0] ?? 0,
    last: of.at(-1)?.[0] ?? 0,
  }));
}

describe.skipIf(!hasPostgres || whyNoTrees() !== null)("a board with takeover = lease", () => {
  test.each(["killed", "stopped"] as const)(
    "has the task of a host whose dispatcher was %s done by another, after its worker was killed",
    async (what) => {
      const { one, other, ledger } = await makeTwoHosts();
      const id = await addTask(one, ledger);
      const resident = watch(one);
      await eventually("it is at work", () => readLives(ledger).length === 1);
      watch(other);
      resident.kill(what === "killed" ? "SIGKILL" : "SIGSTOP");
      await eventually("another is at work", () => readLives(ledger).length === 2);
      const [before, after] = readLives(ledger) as [Life, Life];
      expect(before.last).toBeLessThan(after.first);
      expect((await other.json(["show", id])).data.runs).toMatchObject([
        { outcome: "reclaimed", error: expect.stringMatching(/\(home [0-9a-f]{12}\) was silent for \d+ s/) },
        { outcome: null },
      ]);
      // It is back, knows that its epoch is over, and goes on with work of its own.
      if (what === "stopped") resident.kill("SIGCONT");
      else watch(one);
      await eventually("it has begun anew", async () => {
        const { hosts } = (await other.json(["hosts"])).data;
        const own = hosts.find(({ home }: { home: string }) => home === one.home);
        return own.state === "alive" && own.epoch > 1;
      });
      await Bun.write(`${ledger}.go`, "");
      await eventually("it is done", async () => (await one.json(["show", id])).data.task.status === "done");
      expect(readLives(ledger)).toHaveLength(2);
    },
  );

  test("says of a silent host's run that another host takes it over, and when", async () => {
    const { one, other, ledger } = await makeTwoHosts();
    const id = await addTask(one, ledger);
    const resident = watch(one);
    await eventually("it is at work", () => readLives(ledger).length === 1);
    resident.kill("SIGKILL");
    await eventually("it is silent", async () => {
      const { detail } = (await other.json(["explain", id])).data;
      return /^run 1 is on \S+, silent for \S+ \(home \w+\): another host takes it over 5s after/.test(
        detail,
      );
    });
  });

  test("is claimed by no one who holds no lease, such as one tick, which says so", async () => {
    const { one, slug, ledger } = await makeTwoHosts();
    const id = await addTask(one, ledger);
    const { data } = await one.json(["dispatch", "--board", slug]);
    expect(data.boards).toMatchObject([
      {
        spawned: [],
        findings: [{ detail: expect.stringContaining("this home holds no lease of its store yet") }],
      },
    ]);
    expect((await one.json(["show", id])).data.task.status).toBe("ready");
    expect((await one.json(["explain", id])).data).toMatchObject({
      detail: expect.stringMatching(
        /takeover = lease, and this home holds no lease.*: nothing is claimed here/,
      ),
      command: expect.stringContaining("dispatch --watch"),
    });
  });

  test("is worked on by `kanbun run`, which makes its home known and holds a lease for as long as it takes", async () => {
    const { one, slug } = await makeTwoHosts();
    expect((await one.runAlone(["run", "echo did it"])).stdout).toContain("did it");
    const { hosts } = (await one.json(["hosts"])).data;
    expect(hosts.find(({ home }: { home: string }) => home === one.home)).toMatchObject({
      state: "left",
      boards: [slug],
    });
  });

  test("ends what a resident left when nobody prolongs the lease, and the next one finds it interrupted, not failed", async () => {
    const { one, ledger } = await makeTwoHosts();
    const id = await addTask(one, ledger);
    const resident = watch(one);
    await eventually("it is at work", () => readLives(ledger).length === 1);
    resident.kill("SIGTERM");
    await resident.exited;
    // That its first look came before its lease was no trouble.
    expect((await resident.stdout.text()) + (await resident.stderr.text())).not.toContain("takeover = lease");
    const leases = join(one.home, "kanban", "leases", "team");
    const [term = ""] = readdirSync(leases).filter((name) => /^\d+$/.test(name));
    const lease = new LeaseFile(join(leases, term));
    const [seen] = readLives(ledger) as [Life];
    await eventually("it goes on as long as the lease", () => (readLives(ledger)[0]?.last ?? 0) > seen.last);
    await eventually("the lease is over", () => lease.readRestMs() === 0);
    await eventually("its worker was killed", async () => {
      const { last } = readLives(ledger)[0] as Life;
      await Bun.sleep(200);
      return readLives(ledger)[0]?.last === last;
    });
    watch(one);
    await eventually("it runs again", () => readLives(ledger).length === 2);
    expect((await one.json(["show", id])).data.runs[0]).toMatchObject({ outcome: "interrupted" });
    await Bun.write(`${ledger}.go`, "");
    await eventually("it is done", async () => (await one.json(["show", id])).data.task.status === "done");
  });
});
