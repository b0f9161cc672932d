import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { CommandLine } from "../../cli/command-line.ts";
import { eventually } from "../../support/eventually.ts";
import { hasPostgres, requirePostgres } from "../../support/postgres/postgres.ts";
import { connect } from "./board.ts";
import { makeStoreHome } from "./store-home.ts";

/** "none": it has no name yet. */
function idOf(kanbun: CommandLine): string {
  const path = join(kanbun.home, "kanban", "host.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).id : "none";
}

async function hostOf(asker: CommandLine, host: CommandLine) {
  const { hosts } = (await asker.json(["hosts"])).data;
  return hosts.find(({ id }: { id: string }) => id === idOf(host));
}

/** As if it had not been heard of for an hour. */
async function silence(host: CommandLine, days = 0): Promise<void> {
  await using sql = connect(await requirePostgres());
  await sql.unsafe(
    `UPDATE kanbun.hosts SET beat_at = clock_timestamp() - interval '${days} days 1 hour' WHERE id = $1`,
    [idOf(host)],
  );
}

async function makeTwoHosts() {
  const { kanbun: north, slug } = await makeStoreHome(
    'lease = "5s"\n[host]\nlabels = ["gpu"]\n[dispatch]\nmax_in_progress = 1\n[profiles.paint]\ncommand = ["true"]',
  );
  const { kanbun: south } = await makeStoreHome('lease = "5s"\n[profiles.build]\ncommand = ["true"]');
  await north.ok("boards", "create", slug, "--store", "team", "--switch");
  await south.ok("boards", "join", slug, "--store", "team", "--switch");
  return { north, south, slug };
}

describe.skipIf(!hasPostgres)("the hosts of a store", () => {
  test("are listed with what they can take on and what they run, as long as they beat, and are signed off", async () => {
    const { north, south, slug } = await makeTwoHosts();
    const resident = north.spawn(["dispatch", "--watch"]);
    const go = join(north.home, "go");
    await north.ok(
      "create",
      "wait",
      "--assignee",
      "shell",
      "--body",
      `until [ -e ${go} ]; do sleep 0.05; done`,
    );
    await eventually("it runs one", async () => (await hostOf(south, north))?.running.length === 1);
    await eventually("it says that a slot is taken", async () => {
      const { slots, slots_free } = await hostOf(south, north);
      return slots_free === slots - 1;
    });
    expect(await hostOf(south, north)).toMatchObject({
      store: "team",
      state: "alive",
      is_this: false,
      home: north.home,
      beat_ms: 1_666,
      lease_ms: 5_000,
      profiles: ["shell", "paint"],
      labels: ["gpu"],
      boards: [slug],
      running: [{ board: slug, title: "wait" }],
    });
    // Who has what, and why a task finds no one.
    const { hosts } = (await south.json(["status"])).data;
    expect(hosts).toMatchObject([{ id: idOf(north), state: "alive", slots_free: 0, slots: 1, running: 1 }]);
    expect(await south.ok("status")).toContain("alive: 1 running, 0 of 1 slots free");
    // Its own slots, and not what others have at work.
    const overview = async (of: CommandLine) => (await of.json(["top"])).data.slots;
    const words = ["create", "x", "--label", ""];
    expect(await south.ok("completion", "candidates", "3", "--", ...words)).toBe("gpu\n");
    expect([await overview(south), await overview(north)]).toMatchObject([{ used: 0 }, { used: 1, max: 1 }]);
    const explain = async (...task: string[]) => {
      const made = (await south.json(["create", "x", ...task])).data;
      return (await south.json(["explain", made.task.id])).data;
    };
    const [wait] = (await south.json(["list", "--status", "running"])).data.tasks;
    expect((await south.json(["explain", wait.id])).data).toMatchObject({
      reason: "claimed_elsewhere",
      detail: expect.stringMatching(/^run \d+ is on \S+, alive \(home [0-9a-f]{12}, heard of \S+ ago\)$/),
    });
    expect(await explain("--assignee", "paint")).toMatchObject({
      reason: "unknown_profile",
      detail: expect.stringMatching(/^this home has no profile "paint"; \S+ \(0 free slots\) starts it$/),
    });
    expect(await explain("--assignee", "nowhere")).toMatchObject({
      reason: "unknown_profile",
      detail: 'no host that is alive has the profile "nowhere"',
    });
    // A tick of another host is told of as what it is.
    await south.ok("dispatch", "--max", "0");
    expect(await hostOf(north, south)).toMatchObject({
      state: "passing",
      beat_ms: null,
      profiles: ["shell", "build"],
      labels: [],
    });
    const shown = await south.ok("hosts");
    expect(shown).toContain(" alive ");
    expect(shown).toMatch(/^\* .* once, \S+ ago /m);
    expect(await south.ok("hosts", "show", idOf(south))).toMatch(
      /^state +ticked once, .* and did not stay$/m,
    );
    expect((await south.json(["hosts", "show", idOf(north)])).data).toMatchObject({
      id: idOf(north),
      state: "alive",
    });
    writeFileSync(go, "");
    await eventually("it is done", async () => (await hostOf(south, north)).running.length === 0);
    resident.kill("SIGTERM");
    await resident.exited;
    expect(await hostOf(south, north)).toMatchObject({ state: "left" });
  });

  test("are fenced on a person's word, not while they beat: their tasks are ready again, and a worker that is left is ended when they are back", async () => {
    const { north, south, slug } = await makeTwoHosts();
    const ledger = join(north.home, "ledger");
    const body = `echo $$ >>${ledger}; exec sleep 1000`;
    const made = (await south.json(["create", "long", "--assignee", "shell", "--body", body])).data;
    const resident = north.spawn(["dispatch", "--watch"]);
    const pidsAt = () => {
      try {
        return readFileSync(ledger, "utf8").trim().split("\n").map(Number);
      } catch {
        return []; // not begun yet
      }
    };
    await eventually("it is at work", () => pidsAt().length === 1);
    const refused = await south.run(["hosts", "fence", idOf(north), "--yes"]);
    expect(refused).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("is not gone: it was heard of"),
    });
    const unasked = await south.run(["hosts", "fence", "nowhere", "--yes"]);
    expect(unasked.stderr).toContain("there is no host nowhere");

    resident.kill("SIGKILL");
    await resident.exited;
    await silence(north);
    // Where no one can be asked, nothing is done.
    expect(await south.run(["hosts", "fence", idOf(north)])).toMatchObject({ code: 2 });
    expect((await hostOf(south, north)).state).toBe("silent");
    const { data: fenced } = await south.json(["hosts", "fence", idOf(north), "--yes"]);
    expect(fenced).toMatchObject({
      host: { id: idOf(north), home: north.home },
      given: [{ board: slug, task_id: made.task.id, was_open: true }],
      failed: [],
    });
    const after = (await south.json(["show", made.task.id])).data;
    expect(after).toMatchObject({ task: { status: "ready" }, runs: [{ outcome: "reclaimed" }] });
    expect(await hostOf(south, north)).toMatchObject({ state: "fenced", running: [] });
    // Once more: nothing is left to do.
    expect((await south.json(["hosts", "fence", idOf(north), "--yes"])).data.given).toEqual([]);

    // Its worker lives on there, and is ended before anything else when the host is back.
    const [former = 0] = pidsAt();
    process.kill(former, 0);
    await north.ok("dispatch", "--max", "0");
    await eventually("its former worker is gone", () => {
      try {
        process.kill(former, 0);
        return false;
      } catch {
        return true; // no such process
      }
    });
    expect(await hostOf(south, north)).toMatchObject({
      state: "passing",
      epoch: fenced.host.epoch + 1,
      fence: null,
    });
  });

  test("that are fenced while their dispatcher lives end their workers, and go on under a new epoch", async () => {
    const { north, south, slug } = await makeTwoHosts();
    const ledger = join(north.home, "ledger");
    const made = (
      await south.json([
        ...["create", "long", "--assignee", "shell"],
        ...["--body", `echo $$ >>${ledger}; [ $(wc -l <${ledger}) -gt 1 ] || exec sleep 1000`],
      ])
    ).data;
    const resident = north.spawn(["dispatch", "--watch"]);
    try {
      await eventually("it is at work", async () => (await hostOf(south, north))?.running.length === 1);
      await eventually("its worker has begun", async () => await Bun.file(ledger).exists());
      resident.kill("SIGSTOP");
      await silence(north);
      await south.ok("hosts", "fence", idOf(north), "--yes");
      expect((await south.json(["show", made.task.id])).data.task.status).toBe("ready");
      resident.kill("SIGCONT");
      // The task is done by a second worker, of the same host, after the first was ended.
      await eventually("it is done", async () => {
        return (await south.json(["show", made.task.id])).data.task.status === "done";
      });
      const { runs } = (await south.json(["show", made.task.id])).data;
      expect(runs.map(({ outcome }: { outcome: string }) => outcome)).toEqual(["reclaimed", "completed"]);
      const [first = 0] = readFileSync(ledger, "utf8").trim().split("\n").map(Number);
      expect(() => process.kill(first, 0)).toThrow();
      expect(await hostOf(south, north)).toMatchObject({ state: "alive", epoch: 2, boards: [slug] });
    } finally {
      resident.kill("SIGKILL");
      await resident.exited;
    }
  });

  test("are taken off the list by a person, or by age, when they have no runs and are silent", async () => {
    const { north, south } = await makeTwoHosts();
    const id = (await south.create("hold on", "--run", "sleep 1000")).trim();
    await north.ok("dispatch");
    await silence(north);
    const refused = await south.run(["hosts", "rm", idOf(north)]);
    expect([refused.code, refused.stderr]).toEqual([
      4,
      expect.stringMatching(/still has 1 run\n.*hosts fence/),
    ]);
    await north.ok("cancel", id, "--force");
    await eventually("its worker is gone", async () => {
      await north.ok("dispatch", "--max", "0");
      return (await hostOf(south, north)).running.length === 0;
    });
    await silence(north);
    await south.ok("hosts", "rm", idOf(north));
    expect(await hostOf(south, north)).toBeUndefined();

    await north.ok("dispatch");
    expect(await hostOf(south, north)).toMatchObject({ epoch: 1, state: "passing" });
    await silence(north, 30);
    for (const args of [["--dry-run"], ["--hosts", "60d"], []]) {
      const { hosts } = (await south.json(["gc", ...args])).data;
      const gone = hosts.some((host: { id: string }) => host.id === idOf(north));
      expect({ args, gone }).toEqual({ args, gone: args[0] !== "--hosts" });
    }
    expect(await hostOf(south, north)).toBeUndefined();
  });

  test("start what asks for a label that they have, whoever made it; where none is alive that has it, explain says who has", async () => {
    const { north, south } = await makeTwoHosts();
    const ask = (await south.create("where", "--run", 'echo "ran in $KANBUN_HOME"', "--label", "gpu")).trim();
    const elsewhere = south.spawn(["dispatch", "--watch"]);
    try {
      await north.ok("dispatch", "--max", "0");
      await eventually("it is known who has it", async () => {
        const { detail, command } = (await south.json(["explain", ask])).data;
        return (
          /^asks for label gpu: no host that is alive has that; hosts with it: /.test(detail) &&
          command !== null
        );
      });
      const nowhere = await south.create("nowhere", "--run", "true", "--label", "tpu");
      // Not of the one that has left.
      expect((await south.json(["explain", nowhere])).data.detail).toBe(
        `asks for label tpu, which no host has; there are: ${hostname()}`,
      );
      await south.ok("cancel", nowhere);
      await north.ok("dispatch", "--until-idle");
      expect(await north.ok("log", ask)).toContain(`ran in ${north.home}\n`);
      expect((await south.json(["show", ask])).data).toMatchObject({ task: { status: "done" }, runs: [{}] });
    } finally {
      elsewhere.kill("SIGKILL");
      await elsewhere.exited;
    }
  });

  test("are none of a home without stores: its boards are files of this machine", async () => {
    const { north } = await makeTwoHosts();
    writeFileSync(join(north.home, "kanbun.toml"), "");
    const shown = await north.run(["hosts"]);
    expect(shown).toMatchObject({ code: 0, stdout: "" });
    expect(shown.stderr).toContain("boards are files of this machine");
    expect((await north.json(["hosts"])).data).toEqual({ hosts: [], unread: [], is_local: true });
  });
});
