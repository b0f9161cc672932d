import { expect, test } from "bun:test";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { CommandLine } from "../cli/command-line.ts";
import { person } from "../support/board.ts";
import { Scene } from "./scene.ts";

test("W33: caps of 4 and 3 with 2 at work start exactly one more", async () => {
  using scene = await Scene.open("[dispatch]\nmax_in_progress = 4\nboard_max_in_progress = 3\n");
  for (const _ of [1, 2, 3, 4, 5, 6]) await scene.create(scene.gate());
  expect((await scene.tick({ max: 2 })).spawned).toHaveLength(2);
  const report = await scene.tick({ heldMax: 1_000 });
  expect(report.spawned).toHaveLength(1);
  // The first two may still be on their way to their first word.
  const reasons = report.held.map((held) => held.reason).filter((reason) => reason !== "launching");
  expect(reasons).toEqual(["board_slots", "board_slots", "board_slots"]);
  expect((await scene.tick()).spawned).toEqual([]);
});

test("W34: of five reviews at a cap of one a single one starts, beside no other work", async () => {
  const config = `[dispatch]\nmax_in_progress = 1\n[profiles.critic]\ncommand = ["sh", "{body_file}"]
completes = "by-verdict"\n`;
  using scene = await Scene.open(config);
  await scene.create(scene.gate(), { priority: -1 });
  for (const _ of [1, 2, 3, 4, 5]) {
    const id = await scene.create(scene.gate());
    await scene.store.requestReview(id, { reviewer: "critic", summary: null, metadata: null }, person);
  }
  const report = await scene.tick({ heldMax: 1_000 });
  expect(report.spawned).toMatchObject([{ profile: "critic" }]);
  expect(report.held.map((held) => held.reason)).toEqual(Array(5).fill("home_slots"));
  expect((await scene.tick()).spawned).toEqual([]);
});

/** A home whose shell tasks wait until they are killed at the end of the test. */
async function initHome(config?: string): Promise<CommandLine> {
  const kanbun = await CommandLine.init(config);
  return kanbun;
}

const wait = "while :; do sleep 0.1; done";

async function runsOf(kanbun: CommandLine, slug = "default") {
  await using store = await kanbun.open("read", slug);
  const { runs } = await store.getCounts();
  return { runs, running: (await store.listTasks({ statuses: ["running"] })).map((task) => task.id) };
}

test("W35: whatever is typed at a cap of one, and however often at once, starts no second worker", async () => {
  const kanbun = await initHome('[dispatch]\nmax_in_progress = 1\n[profiles.shell]\ngrace = "50ms"\n');
  await using store = await kanbun.open("write");
  const create = async () =>
    (await store.createTask({ title: "x", body: wait, assignee: "shell" }, person)).task.id;
  const ids = [await create(), await create(), await create()];
  const { task } = await store.createTask(
    { title: "x", body: wait, assignee: "shell", triage: true },
    person,
  );
  await Promise.all([
    kanbun.ok("dispatch"),
    kanbun.ok("dispatch", "--max", "5"),
    kanbun.ok("dispatch", "--board", "default"),
    kanbun.ok("promote", task.id),
  ]);
  await kanbun.ok("dispatch", "--max", "5");
  const before = await runsOf(kanbun);
  const [running = ""] = before.running;
  expect(before).toEqual({ runs: 1, running: [running] });
  expect([...ids, task.id]).toContain(running);

  // Moves that end a worker tick as well, to see it gone: what that sets free is not theirs to fill.
  await kanbun.ok("cancel", running);
  expect(await runsOf(kanbun)).toEqual({ runs: 1, running: [] });
});

test("W36: without any configuration all boards together start no more than the home's cap, which is read at each tick", async () => {
  const kanbun = await initHome();
  const cap = Math.min(4, availableParallelism());
  const slugs = ["default", "shop", "lab"];
  for (const slug of slugs) {
    if (slug !== "default") await kanbun.ok("boards", "create", slug);
    await using store = await kanbun.open("write", slug);
    for (let index = 0; index < 5; index++)
      await store.createTask({ title: "x", body: wait, assignee: "shell" }, person);
  }
  const count = async () => {
    let running = 0;
    for (const slug of slugs) running += (await runsOf(kanbun, slug)).running.length;
    return running;
  };
  await Promise.all(slugs.map((slug) => kanbun.ok("dispatch", "--board", slug)));
  await kanbun.ok("dispatch");
  expect(await count()).toBe(cap);
  await Bun.write(join(kanbun.home, "kanbun.toml"), `[dispatch]\nmax_in_progress = ${cap + 1}\n`);
  await kanbun.ok("dispatch");
  await kanbun.ok("dispatch");
  expect(await count()).toBe(cap + 1);
});
