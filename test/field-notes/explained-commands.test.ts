import { expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { startFixture } from "../support/processes.ts";
import { lacksOnWindows } from "../windows/left-out.ts";
import { Shop } from "./shop.ts";

homesInMemory();

const wait = "sleep 600";
const deaf = `trap '' TERM; echo ready; ${wait}`;
const shortGrace = '[profiles.shell]\ngrace = "1ms"\n';

/** A run at work whose worker has begun. */
async function atWork(shop: Shop, script: string): Promise<string> {
  const id = await shop.create("x", "--run", script);
  await shop.ok("dispatch");
  await eventually("it has begun", async () =>
    (await shop.kanbun.run(["log", id, "--board", "shop"])).stdout.includes("ready"),
  );
  return id;
}

async function reasonOf(shop: Shop, id: string): Promise<string> {
  return (await shop.explain(id)).reason;
}

test.skipIf(lacksOnWindows("signals"))(
  "I9: what explain says of a task at work shows what its worker says",
  async () => {
    const shop = await Shop.open();
    const id = await atWork(shop, `echo ready; ${wait}`);
    const { reason, command } = await shop.explain(id);
    expect([reason, command]).toEqual([
      "running",
      expect.stringMatching(/^kanbun log -f .*--board shop --home /),
    ]);
    await using following = await shop.start(command);
    await eventually("it shows the log", () => following.said().includes("ready"));
  },
);

test.skipIf(lacksOnWindows("signals"))(
  "I9: what explain says of a run that is being ended ends it, deaf as it is",
  async () => {
    const shop = await Shop.open(shortGrace);
    const id = await atWork(shop, deaf);
    // As a dispatcher that only has asked it to end, and is gone.
    shop.sql("UPDATE kanbun_runs SET stop_reason = 'reclaimed', term_at_monotonic_ms = 1");
    const { reason, command } = await shop.explain(id);
    expect(reason).toBe("stopping");
    expect((await shop.type(command)).code).toBe(0);
    await eventually("nothing of it is left", async () => {
      const now = await shop.explain(id);
      if (now.reason === "stopping" || now.reason === "worker_ended") await shop.type(now.command);
      return !["stopping", "worker_ended"].includes(now.reason);
    });
  },
);

test("I9: what explain says of a task whose parent was cancelled lets it go on", async () => {
  const shop = await Shop.open();
  const parent = await shop.create("parent");
  const id = await shop.create("x", "--run", "true", "--parent", parent);
  await shop.ok("cancel", parent);
  const { reason, command } = await shop.explain(id);
  expect([reason, command]).toEqual(["parent_cancelled", expect.stringMatching(/^kanbun unlink /)]);
  expect((await shop.type(command)).code).toBe(0);
  expect(await reasonOf(shop, id)).not.toBe("parent_cancelled");
});

test.skipIf(lacksOnWindows("signals"))(
  "I9: what explain says of a task whose last worker is still there frees it",
  async () => {
    const shop = await Shop.open(shortGrace);
    const id = await atWork(shop, deaf);
    // As by a face that does not wait for the worker's end.
    await using store = await shop.kanbun.open("write", "shop");
    await store.blockTask(id, { reason: "stop", kind: null }, { actor: "ada", force: true });
    await store.unblockTask(id, { actor: "ada" });
    const { reason, command } = await shop.explain(id);
    expect([reason, command]).toEqual(["previous_worker_alive", expect.stringMatching(/^kanbun dispatch/)]);
    await eventually("it is free", async () => {
      if ((await reasonOf(shop, id)) !== "previous_worker_alive") return true;
      expect((await shop.type(command)).code).toBe(0);
      return false;
    });
  },
);

test.skipIf(lacksOnWindows("signals"))(
  "I9: what explain says of slots that are stuck names what to type, and that lets them go",
  async () => {
    const shop = await Shop.open();
    const id = await shop.create("x", "--run", "true");
    await using holder = await startFixture("hold-slots.ts", shop.kanbun.home);
    process.kill(holder.pid, "SIGSTOP");
    await eventually("they are stuck", async () => (await reasonOf(shop, id)) === "slots_busy");
    const { command } = await shop.explain(id);
    const doctor = await shop.type(command);
    expect(doctor.stdout).toContain(`do: kill -CONT ${holder.pid}`);
    expect((await shop.type(`kill -CONT ${holder.pid}`)).code).toBe(0);
    await holder.kill();
    expect(await reasonOf(shop, id)).toBe("next_tick");
  },
);

test.skipIf(lacksOnWindows("signals"))(
  "I9: what explain says of a run on another host gives it back, but not while its process is seen here",
  async () => {
    const shop = await Shop.open();
    const id = await atWork(shop, `echo ready; ${wait}`);
    const pid = await eventually("its pid is known", async () => {
      const { data } = await shop.kanbun.json(["runs", id, "--board", "shop"]);
      return data.runs[0].worker_pid as number | null;
    });
    shop.sql("UPDATE kanbun_runs SET host = 'another/1'");
    const { reason, command } = await shop.explain(id);
    expect([reason, command]).toEqual([
      "claimed_elsewhere",
      expect.stringMatching(/^kanbun reclaim --dead /),
    ]);
    const refused = await shop.type(command);
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining("is alive here")]);
    process.kill(-pid, "SIGKILL");
    await eventually("it is given back", async () => (await shop.type(command)).code === 0);
    expect(await reasonOf(shop, id)).not.toBe("claimed_elsewhere");
  },
);
