import { describe, expect, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandLine } from "../../cli/command-line.ts";
import { eventually } from "../../support/eventually.ts";
import { hasPostgres } from "../../support/postgres/postgres.ts";
import { makeStoreHome } from "./store-home.ts";

/** Each line a worker's start or end: what is said by no one but the workers themselves. */
function readLedger(path: string) {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  const open = new Set<string>();
  const starts = new Map<string, number>();
  let twice = 0;
  for (const line of lines) {
    const [word, task = ""] = line.split(" ");
    if (word === "end") open.delete(task);
    else {
      if (open.has(task)) twice += 1;
      open.add(task);
      starts.set(task, (starts.get(task) ?? 0) + 1);
    }
  }
  return { twice, starts, left: open.size };
}

const capped = "[dispatch]\nmax_in_progress = 4\nboard_max_in_progress = 5";

async function makeTwoHosts(): Promise<{ hosts: readonly CommandLine[]; slug: string; ledger: string }> {
  const { kanbun: one, slug } = await makeStoreHome(capped);
  const { kanbun: other } = await makeStoreHome(capped);
  await one.ok("boards", "create", slug, "--store", "team", "--switch");
  await other.ok("boards", "join", slug, "--store", "team", "--switch");
  const ledger = join(one.home, "ledger");
  writeFileSync(ledger, "");
  return { hosts: [one, other], slug, ledger };
}

async function fill(kanbun: CommandLine, ledger: string, count: number, work: string): Promise<void> {
  const body = `echo "start $KANBUN_TASK" >>${ledger}; ${work}; echo "end $KANBUN_TASK" >>${ledger}`;
  const tasks = Array.from({ length: count }, (_, at) =>
    JSON.stringify({ title: `task ${at}`, assignee: "shell", body }),
  );
  const made = await kanbun.runAlone(["create", "--from", "-"], { stdin: tasks.join("\n") });
  if (made.code !== 0) throw new Error(made.stderr);
}

const countOf = async (kanbun: CommandLine, status: string): Promise<number> =>
  (await kanbun.json(["status"])).data.by_status[status] ?? 0;

describe.skipIf(!hasPostgres)("two homes that dispatch one board of a server", () => {
  test("do each task once, both of them, within the board's limit over both", async () => {
    const { hosts, ledger } = await makeTwoHosts();
    const [one] = hosts as [CommandLine];
    const count = Number(process.env.KANBUN_HOST_TASKS ?? 60);
    await fill(one, ledger, count, "sleep 0.05");
    const residents = hosts.map((host) => host.spawn(["dispatch", "--watch"]));
    let most = 0;
    try {
      await eventually("all are done", async () => {
        most = Math.max(most, await countOf(one, "running"));
        return (await countOf(one, "done")) === count;
      });
    } finally {
      for (const resident of residents) resident.kill("SIGTERM");
      await Promise.all(residents.map(({ exited }) => exited));
    }
    const { twice, starts, left } = readLedger(ledger);
    expect({ twice, left, done: starts.size, most: Math.max(...starts.values()) }).toEqual({
      twice: 0,
      left: 0,
      done: count,
      most: 1,
    });
    expect(most).toBeLessThanOrEqual(5);
    const logs = hosts.map((host) => [...new Bun.Glob("**/output.log").scanSync(host.home)].length);
    console.log(`${count} tasks, ${logs.join(" and ")} of them by each; at most ${most} at once`);
    expect(Math.min(...logs)).toBeGreaterThan(0);
  });

  test("leave each other's runs alone: those of one that was killed are held and named, and its own when it is back", async () => {
    const { hosts, ledger } = await makeTwoHosts();
    const [one, other] = hosts as [CommandLine, CommandLine];
    const go = `${ledger}.go`;
    await fill(one, ledger, 2, `until [ -e ${go} ]; do sleep 0.05; done`);
    const resident = one.spawn(["dispatch", "--watch"]);
    await eventually("both are at work", () => readLedger(ledger).left === 2);
    const tasks = (await one.json(["list"])).data.tasks as { id: string }[];
    resident.kill("SIGKILL");
    await resident.exited;
    // As of one in a pid namespace of its own: another one beside it is not what is missing.
    expect(await one.ok("status")).toMatch(/^dispatcher +heard of \S+ ago, but not seen from here/m);
    // No process of it is left, and how they ended is in files of that home alone.
    writeFileSync(go, "");
    await eventually("both have ended", () => readLedger(ledger).left === 0);
    await other.ok("dispatch");
    for (const { id } of tasks) {
      expect((await other.json(["explain", id])).data).toMatchObject({
        reason: "claimed_elsewhere",
        // It is not known to be silent yet.
        detail: expect.stringMatching(/is on \S+, alive \(home [0-9a-f]{12}, heard of/),
        command: "kanbun hosts",
      });
      expect((await other.json(["show", id])).data).toMatchObject({ task: { status: "running" } });
    }
    // It is back, and ends what is its own.
    await one.ok("dispatch");
    for (const { id } of tasks)
      expect((await other.json(["show", id])).data).toMatchObject({
        task: { status: "done" },
        runs: [{ outcome: "completed" }],
      });
  });

  test("show the end of each other's logs, name who has the whole, and who writes one now", async () => {
    const { hosts, slug, ledger } = await makeTwoHosts();
    const [one, other] = hosts as [CommandLine, CommandLine];
    const go = `${ledger}.go`;
    const long = await one.create("long", "--run", "seq 1 20000; echo the end");
    const failing = await one.create(
      "failing",
      "--run",
      "echo before it failed; exit 3",
      "--max-retries",
      "1",
    );
    await one.run(["dispatch", "--until-idle"]);
    const shown = await other.ok("log", long);
    expect(shown.split("\n", 1)[0]).toMatch(
      /^\[kanbun: the run was on \S+: this is its last 64.0 KiB; the whole, 106 KiB, is there, in \//,
    );
    const [, first, second] = shown.split("\n").map(Number);
    expect(second).toBe((first ?? 0) + 1);
    expect(shown.endsWith("\n20000\nthe end\n")).toBe(true);
    expect(shown.length).toBeLessThan(66_000);
    expect((await other.json(["log", long, "-n", "1"])).data).toMatchObject({
      text: "the end\n",
      elsewhere: { home: one.home, size_bytes: 108_902 },
    });
    expect((await one.json(["log", long, "-n", "1"])).data).toMatchObject({
      text: "the end\n",
      elsewhere: null,
    });
    expect(await other.ok("log", "-f", failing)).toContain("before it failed");
    expect(await other.ok("log", "--failed")).toContain("before it failed");
    // Of one at work the log is where that is.
    const working = await one.create(
      "working",
      "--run",
      `echo begun; until [ -e ${go} ]; do sleep 0.05; done`,
    );
    const resident = one.spawn(["dispatch", "--watch"]);
    await eventually("it is at work", async () => (await one.ok("log", working)).includes("begun"));
    expect((await other.json(["log", working])).data).toMatchObject({
      text: expect.stringMatching(/^\[kanbun: the run is on \S+: its log is there, in .*\]\nbegun\n$/),
      elsewhere: { home: one.home, size_bytes: 6 },
    });
    writeFileSync(go, "");
    await eventually("its end is in the board", async () =>
      (await other.run(["log", working])).stdout.includes("begun"),
    );
    resident.kill("SIGTERM");
    await resident.exited;
    // By the age of logs it goes, wherever that is asked for.
    await eventually("they are old", async () => {
      const { data } = await other.json(["gc", "--logs", "1s", "--dry-run", "--board", slug]);
      return data.boards[0].logs.count > 1;
    });
    await other.ok("gc", "--logs", "1s");
    expect((await other.json(["log", long])).error?.kind).toBe("not_found");
    expect(await one.ok("log", long)).toContain("the end");
  });

  test("have a name of their own, which a copy of the home has not", async () => {
    const { hosts } = await makeTwoHosts();
    const idOf = (home: string) => JSON.parse(readFileSync(join(home, "kanban", "host.json"), "utf8")).id;
    for (const host of hosts) await host.ok("dispatch");
    const [one, other] = hosts as [CommandLine, CommandLine];
    const [first, second] = [idOf(one.home), idOf(other.home)];
    expect(first).not.toBe(second);
    writeFileSync(
      join(other.home, "kanban", "host.json"),
      readFileSync(join(one.home, "kanban", "host.json")),
    );
    await other.ok("dispatch");
    expect(idOf(other.home)).not.toBe(first);
    await one.ok("dispatch");
    expect(idOf(one.home)).toBe(first);
    rmSync(join(other.home, "kanban", "host.json"));
  });
});
