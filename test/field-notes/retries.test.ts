import { describe, expect, test } from "bun:test";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { NewTask } from "../../src/board/task.ts";
import { thisHost } from "../../src/dispatcher/host.ts";
import { CommandLine } from "../cli/command-line.ts";
import { person } from "../support/board.ts";
import { makeTestHome } from "../support/home.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { Scene } from "./scene.ts";

homesInMemory();

const config = `[dispatch]
retry_delay = "1ms"
[profiles.agent]
command = ["true"]
completes = "by-verdict"
[profiles.missing]
command = ["no-such-program-anywhere"]
[profiles.silent]
command = ["sh", "{body_file}"]
stdin = "body"
stale_after = "1h"
grace = "50ms"
`;

test("X23: max_retries 1 allows one run, also one that ends without its verdict", async () => {
  const kanbun = await CommandLine.init(config);
  const id = await kanbun.create("do it", "--assignee", "agent", "--max-retries", "1");
  expect((await kanbun.run(["dispatch", "--until-idle"])).code).toBe(1);
  const { data } = await kanbun.json(["show", id]);
  expect(data.runs.map((run: { outcome: string }) => run.outcome)).toEqual(["crashed"]);
  expect(data.task).toMatchObject({ status: "blocked", consecutive_failures: 1 });
  expect(data.hold.reason).toBe("gave_up");
});

const hopeless: readonly [string, () => Partial<NewTask>, RegExp][] = [
  [
    "whose program isn't there",
    () => ({ assignee: "missing" }),
    /no such command: `no-such-program-anywhere`/,
  ],
  [
    "whose folder isn't there",
    () => ({ workspaceKind: "dir", workspacePath: "/no/such/folder" }),
    /no such directory: \/no\/such\/folder/,
  ],
  [
    "that names no repository",
    () => ({ workspaceKind: "worktree" }),
    /no repository to make a worktree from/,
  ],
];

describe("I14: another try can't help", () => {
  for (const [name, parts, why] of hopeless)
    test(`a task ${name}: it is blocked at its first failure, and says so`, async () => {
      using scene = await Scene.open(config);
      const id = await scene.create("exit 0", { maxRetries: 9, ...parts() });
      const reports = await scene.tickUntil("it is blocked", ({ gaveUp }) => gaveUp.length > 0);
      expect(reports.at(-1)?.gaveUp).toMatchObject([{ taskId: id, status: "blocked" }]);
      expect(await scene.outcomes(id)).toEqual(["spawn_failed"]);
      const kanbun = new CommandLine(scene.home);
      const told = await kanbun.ok("explain", id);
      expect(told).toContain("gave up, since a retry can't help until this is put right");
      expect(told).toMatch(why);
      expect(told).toContain(`do: kanbun retry ${id}`);
      await kanbun.ok("retry", id);
      expect((await scene.store.requireTask(id)).status).toBe("ready");
    });

  test("a task whose folder is gone when its worker is to enter it", async () => {
    using scene = await Scene.open(config);
    const folder = join(makeTestHome(), "folder");
    mkdirSync(folder);
    const id = await scene.create("exit 0", { maxRetries: 9, workspaceKind: "dir", workspacePath: folder });
    // A link that leads nowhere is a folder until someone enters it.
    rmSync(folder, { recursive: true });
    await Bun.$`ln -s ${join(folder, "nowhere")} ${folder}`.quiet();
    await scene.tickUntil("it is blocked", (report) => report.gaveUp.length > 0);
    expect(await scene.outcomes(id)).toEqual(["spawn_failed"]);
  });
});

test("I14: a task that comes back without a failure waits longer each time, and says how often and why", async () => {
  using scene = await Scene.open(config);
  const id = await scene.create(`echo ready; ${scene.gate()}; exit 0`, { assignee: "silent", maxRetries: 1 });
  const kanbun = new CommandLine(scene.home);
  for (const times of [1, 2, 3]) {
    const [spawned] = (await scene.tick()).spawned;
    await scene.said(spawned?.runId, "ready\n");
    scene.clock.pass(3_700_000);
    await scene.tickUntil("it is stale", (report) => report.stale.length > 0);
    expect((await scene.store.requireTask(id)).status).toBe("ready");
    const event = (await scene.store.listEvents({ taskId: id })).findLast(({ kind }) => kind === "stale");
    const pauseMs = Number(event?.payload?.due_at_ms) - (event?.createdAtMs ?? 0);
    // A quarter of jitter either way, and an event's time is that of its second.
    const meantMs = 1_000 * 2 ** (times - 1);
    expect(pauseMs).toBeGreaterThanOrEqual(0.75 * meantMs);
    expect(pauseMs).toBeLessThanOrEqual(1.25 * meantMs + 1_000);
    const told = await kanbun.ok("explain", id);
    const howOften = times === 1 ? "" : ` ${times} times in a row`;
    expect(told).toContain(`stale${howOften}: no heartbeat for longer than the profile allows`);
    expect(told).toContain(`do: kanbun promote ${id}`);
    scene.clock.pass(10_000);
  }
  expect((await scene.store.requireTask(id)).consecutiveFailures).toBe(0);
  // A person's word ends the row.
  await scene.store.promoteTask(id, person);
  expect((await scene.store.requireHoldFacts(id, { host: "", hostname: "" })).returns).toBeNull();
});

test("I14: a task that its reviewer never likes starts later each time that it is sent back", async () => {
  const agents = `[profiles.writer]\ncommand = ["kanbun", "request-review", "--reviewer", "critic"]
[profiles.critic]\ncommand = ["kanbun", "request-changes", "not yet"]\n`;
  using scene = await Scene.open(`${config}${agents}`);
  const id = await scene.create("", { assignee: "writer" });
  const isBack = async (times: number) => {
    const runs = await scene.store.listRuns(id);
    const { status } = await scene.store.requireTask(id);
    return status === "ready" && runs.filter((run) => run.outcome === "changes_requested").length >= times;
  };
  // The commands of workers go by the real clock: these pauses, of 2 s, 4 s and so on, are waited for.
  await scene.tickUntil("it was sent back three times", () => isBack(3));
  const told = /sent back by its reviewer \d+ times in a row/;
  const kanbun = new CommandLine(scene.home);
  await scene.tickUntil("explain says so", async () => told.test(await kanbun.ok("explain", id)));
  const returns = (await scene.store.requireHoldFacts(id, thisHost())).returns;
  expect(returns?.outcome).toBe("changes_requested");
  expect(returns?.times).toBeGreaterThanOrEqual(3);
  const events = (await scene.store.listEvents({ taskId: id })).filter(
    ({ kind }) => kind === "changes_requested",
  );
  expect(events.slice(0, 3).map(({ payload }) => payload?.waits_ms ?? 0)).toEqual([0, 2_000, 4_000]);
});

test("I14: a worker that puts its task off until now starts later each time; at a time of its own it may", async () => {
  using scene = await Scene.open(
    `${config}[profiles.poller]\ncommand = ["sh", "{body_file}"]\nstdin = "body"\ncompletes = "by-verdict"\n`,
  );
  const id = await scene.create("kanbun schedule $KANBUN_TASK --at 2020-01-01", { assignee: "poller" });
  const waits = async () => {
    const events = await scene.store.listEvents({ taskId: id });
    return events.filter(({ kind }) => kind === "scheduled").map(({ payload }) => payload?.waits_ms ?? 0);
  };
  await scene.tickUntil("it was put off three times", async () => (await waits()).length >= 3);
  expect((await waits()).slice(0, 3)).toEqual([0, 2_000, 4_000]);
});

test("a task that is given to another profile starts a new count of its failures", async () => {
  using scene = await Scene.open(`${config}[profiles.failing]\ncommand = ["false"]\n`);
  const id = await scene.create("exit 1", { assignee: "failing", maxRetries: 2 });
  await scene.tickUntil("it has failed", (report) => report.crashed.length > 0);
  const kanbun = new CommandLine(scene.home);
  await kanbun.ok("assign", id, "shell");
  expect(await scene.store.requireTask(id)).toMatchObject({ consecutiveFailures: 0, dueAtMs: null });
  await scene.tickUntil("it has failed again", (report) => report.crashed.length > 0);
  expect(await scene.store.requireTask(id)).toMatchObject({ status: "ready", consecutiveFailures: 1 });
});
