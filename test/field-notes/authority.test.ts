import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { thisHost } from "../../src/dispatcher/host.ts";
import { systemClock } from "../../src/home/session/system-clock.ts";
import { openBoard } from "../../src/store/sqlite/open.ts";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { CommandLine, forAll } from "../cli/command-line.ts";

const host = thisHost();

/** The environment of a run of `task`, as its worker has it. */
async function startRun(kanbun: CommandLine, task: string): Promise<Record<string, string>> {
  await using store = await kanbun.open("write");
  const claim = await store.claimTask(task, { host, leaseMs: 60_000 }, { actor: "dispatcher" });
  // A person's run is gone with its claim; a worker is still there when its run is over.
  using db = new Database(boardPaths(kanbun.home, "default").database);
  db.run("UPDATE kanbun_runs SET holder = 'worker' WHERE run_id = ?", [claim.runId]);
  return {
    KANBUN_BOARD: "default",
    KANBUN_TASK: task,
    KANBUN_RUN: String(claim.runId),
    KANBUN_TOKEN: claim.token,
    KANBUN_PROFILE: "claude",
  };
}

/** The run is over for the board, and its worker has yet to be ended. */
async function endRun(kanbun: CommandLine, task: string): Promise<void> {
  await using store = await kanbun.open("write");
  await store.completeTask(task, {}, { actor: "tester", force: true });
  expect(await store.listLiveRuns()).toMatchObject([{ taskId: task, isOpen: false }]);
}

/** Every file of the home with its content; the log and index of the database, and what Bun caches, apart. */
function snapshot(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name);
    if (!/-(wal|shm)$|^\.bun/.test(name) && statSync(path).isFile())
      files[name] = readFileSync(path, "latin1");
  }
  return files;
}

const changing = (other: string, own: string, scratch: string): string[][] => [
  ["create", "one more"],
  ["create", "one more", "--board", "shop"],
  ["create", "elsewhere", "--home", join(scratch, "second")],
  ["claim", other],
  ["heartbeat", other, "--force"],
  ["comment", other, "hello"],
  ["link", own, other],
  ["edit", other, "--title", "y"],
  ["assign", other, "bob"],
  ["complete", other, "--force"],
  ["block", other, "why", "--force"],
  ["cancel", other, "--force"],
  ["archive", other, "--force"],
  ["schedule", other, "--at", "+1h"],
  ["pause"],
  ["resume"],
  ["profiles", "resume", "claude"],
  ["boards", "create", "lab"],
  ["boards", "switch", "shop"],
  ["boards", "rename", "shop", "The shop"],
  ["boards", "rm", "shop"],
  ["init", "--home", join(scratch, "third")],
  ["dispatch"],
  ["repair"],
  ["doctor", "--fix"],
  ["service", "uninstall"],
];

test("X28: with the environment of a run that is over no command changes anything", async () => {
  const kanbun = await CommandLine.init();
  await kanbun.ok("boards", "create", "shop");
  await kanbun.ok("init", "--home", join(kanbun.home, "../second"));
  const own = await kanbun.create("own");
  const other = await kanbun.create("other");
  const env = await startRun(kanbun, own);
  await endRun(kanbun, own);
  const before = snapshot(join(kanbun.home, ".."));
  await forAll(changing(other, own, join(kanbun.home, "..")), async (args) => {
    const { code, error } = await kanbun.json(args, { env });
    expect([args, code, error?.kind]).toEqual([args, 4, "superseded"]);
    expect(error?.message).toContain(`run ${env.KANBUN_RUN} of ${own} is over`);
  });
  const after = snapshot(join(kanbun.home, ".."));
  expect(Object.keys(after)).toEqual(Object.keys(before));
  expect(after).toEqual(before);
});

test("X28: a worker whose run is over still reads", async () => {
  const kanbun = await CommandLine.init();
  const own = await kanbun.create("own");
  const env = await startRun(kanbun, own);
  await kanbun.ok("complete", own, "--force");
  const reading = [["list"], ["show", own], ["events", own], ["explain"], ["context"], ["boards", "list"]];
  const more = [
    ["profiles", "list"],
    ["stats"],
    ["status"],
    ["repair", "--dry-run"],
    ["dispatch", "--dry-run"],
  ];
  await forAll([...reading, ...more], async (args) => {
    expect([args, (await kanbun.run(args, { env })).code]).toEqual([args, 0]);
  });
});

test("X28: a worker at work makes tasks, comments on others and pauses, each guarded by its run", async () => {
  const kanbun = await CommandLine.init();
  const own = await kanbun.create("own");
  const other = await kanbun.create("other");
  const env = await startRun(kanbun, own);
  for (const args of [
    ["create", "child", "--parent", own],
    ["comment", other, "hello"],
    ["pause"],
    ["resume"],
  ])
    expect([args, (await kanbun.run(args, { env })).code]).toEqual([args, 0]);
  const stolen = { ...env, KANBUN_TOKEN: "0".repeat(32) };
  for (const args of [["create", "x"], ["comment", other, "hello"], ["pause"]])
    expect([args, (await kanbun.json(args, { env: stolen })).error?.kind]).toEqual([args, "superseded"]);
});

test("X28: a run that ends while a store is open in its environment can write nothing more through it", async () => {
  const kanbun = await CommandLine.init();
  const own = await kanbun.create("own");
  const env = await startRun(kanbun, own);
  const { database, initLock } = boardPaths(kanbun.home, "default");
  const within = { taskId: own, runId: Number(env.KANBUN_RUN), token: env.KANBUN_TOKEN ?? "" };
  await using store = await openBoard({
    path: database,
    initLockPath: initLock,
    clock: systemClock,
    mode: "write",
    within,
  });
  const by = { actor: "worker:claude" };
  await store.createTask({ title: "in time" }, by);
  await endRun(kanbun, own);
  const late: (() => Promise<unknown>)[] = [
    () => store.createTask({ title: "late" }, by),
    () => store.createTasks({ tasks: [{ title: "late" }] }, by),
    () => store.pause({ scope: "board", untilAtMs: null, reason: "late" }),
    () => store.repairRecords(by),
  ];
  for (const write of late) expect(await write().then(String, (error) => error.kind)).toBe("superseded");
  expect((await store.getCounts()).tasks).toBe(2);
});

test("X28: with the environment of a run whose board is gone nothing is made", async () => {
  const kanbun = await CommandLine.init();
  const own = await kanbun.create("own");
  const env = await startRun(kanbun, own);
  const gone = join(kanbun.home, "../gone");
  const answer = await kanbun.json(["init", "--home", join(gone, "new")], {
    env: { ...env, KANBUN_HOME: gone },
  });
  expect([answer.code, answer.error?.kind]).toEqual([4, "superseded"]);
  expect(existsSync(gone)).toBe(false);
});

/** What takes the claim of a task away, ends it, or renews it. */
const taking: ((id: string) => string[])[] = [
  (id) => ["complete", id],
  (id) => ["assign", id, "bob"],
  (id) => ["reclaim", id],
  (id) => ["block", id, "why"],
  (id) => ["schedule", id],
  (id) => ["archive", id],
  (id) => ["cancel", id],
  (id) => ["request-review", id],
  (id) => ["ask", id, "why?"],
  (id) => ["rate-limited", id],
  (id) => ["heartbeat", id],
];

test("X27: what alice has claimed no one else takes, ends or renews without --force", async () => {
  const kanbun = await CommandLine.init();
  await forAll(taking, async (command) => {
    const id = await kanbun.create("alice's");
    await kanbun.ok("claim", id, "--as", "alice");
    const before = await kanbun.json(["show", id]);
    const args = command(id);
    const { code, error } = await kanbun.json([...args, "--as", "bob"]);
    expect([args, code, error?.kind]).toEqual([args, 4, "conflict"]);
    expect(error?.message).toContain("alice");
    expect(await kanbun.json(["show", id])).toEqual(before);
    // What the hint says works as typed.
    expect(error?.hint).toContain("--force");
    expect([args, (await kanbun.run([...args, "--as", "bob", "--force"])).code]).toEqual([args, 0]);
  });
});

test("X27: alice does all of it with her own claim, without --force", async () => {
  const kanbun = await CommandLine.init();
  await forAll(taking, async (command) => {
    const id = await kanbun.create("alice's");
    await kanbun.ok("claim", id, "--as", "alice");
    expect([command(id), (await kanbun.run([...command(id), "--as", "alice"])).code]).toEqual([
      command(id),
      0,
    ]);
  });
});

test("X27: a review that alice has claimed is approved or sent back by no one else without --force", async () => {
  const kanbun = await CommandLine.init();
  for (const verb of [["approve"], ["request-changes", "more tests"]]) {
    const id = await kanbun.create("handed in");
    await kanbun.ok("request-review", id);
    await kanbun.ok("claim", id, "--as", "alice");
    const args = [verb[0] ?? "", id, ...verb.slice(1)];
    expect([args, (await kanbun.json([...args, "--as", "bob"])).error?.kind]).toEqual([args, "conflict"]);
    expect([args, (await kanbun.run([...args, "--as", "bob", "--force"])).code]).toEqual([args, 0]);
  }
});

test("X27: a worker of another task is no holder of what alice has claimed", async () => {
  const kanbun = await CommandLine.init();
  const own = await kanbun.create("own");
  const hers = await kanbun.create("alice's");
  const env = await startRun(kanbun, own);
  await kanbun.ok("claim", hers, "--as", "alice");
  expect((await kanbun.json(["complete", hers], { env })).error?.kind).toBe("conflict");
  expect((await kanbun.run(["complete", hers, "--as", "alice"])).code).toBe(0);
});
