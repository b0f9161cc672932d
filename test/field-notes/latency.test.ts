import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryLockFile } from "../../native-shims/index.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import type { TickReport } from "../../src/dispatcher/report/report.ts";
import { mainPath } from "../cli/command-line.ts";
import { memoryPath, openFile, removeMemoryHomes } from "../store/sqlite/board.ts";
import { person } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { Scene } from "./scene.ts";

/** Far above what a tick takes, on a busy machine too; the waits here would be thirty seconds for a write, or without end. */
const promptMs = 15_000;

/** A tick that waited for no one, and left the lock free. */
function expectPrompt(scene: Scene, report: TickReport): void {
  expect(report.durationMs).toBeLessThan(promptMs);
  const lock = tryLockFile(join(scene.home, "kanban.db.dispatch.lock"));
  expect(lock).not.toBeNull();
  lock?.release();
}

test("W38: a worker that takes its whole grace to die keeps neither lock nor tick", async () => {
  using scene = await Scene.open('[dispatch]\nmax_in_progress = 8\n[profiles.shell]\ngrace = "10m"\n');
  const dying = await scene.create("trap '' TERM; sleep 600");
  await scene.tick();
  await eventually("it runs", () => scene.processes().length >= 3);
  await scene.store.cancelTask(dying, null, person);
  expectPrompt(scene, await scene.tick());
  const next = await scene.create("exit 0");
  const report = await scene.tick();
  expectPrompt(scene, report);
  expect(report.held).toMatchObject([{ taskId: dying, reason: "stopping" }]);
  expect(report.spawned.map((run) => run.taskId)).toEqual([next]);
  scene.clock.pass(600_000);
  await scene.tickUntil("it is killed", () => scene.processes().length === 0);
});

test("W38: a git that takes its time to make a worktree keeps neither lock nor tick", async () => {
  const bin = makeTestHome();
  const environment = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  using scene = await Scene.open(undefined, { environment });
  writeFileSync(join(bin, "git"), `#!/bin/sh\n${scene.gate()}\nexit 1\n`);
  chmodSync(join(bin, "git"), 0o755);
  const repository = makeTestHome();
  mkdirSync(join(repository, ".git"));
  const place = { workspaceKind: "worktree", workspacePath: repository, maxRetries: 1 } as const;
  const slow = await scene.create("exit 0", place);
  const report = await scene.tick();
  expect(report.spawned.map((run) => run.taskId)).toEqual([slow]);
  expectPrompt(scene, report);
  const other = await scene.create("exit 0");
  const next = await scene.tick();
  expectPrompt(scene, next);
  expect(next.spawned.map((run) => run.taskId)).toEqual([other]);
  scene.openGate();
  const reports = await scene.tickUntil("git is done", (one) => one.spawnFailed.length > 0);
  expect(reports.at(-1)?.spawnFailed.map((run) => run.taskId)).toEqual([slow]);
});

test("W39: a reader that keeps its transaction open delays no write and no tick", async () => {
  using scene = await Scene.open();
  const program = `import { Database } from "bun:sqlite";
    const db = new Database(process.argv[1], { readonly: true });
    db.run("BEGIN"); db.query("SELECT count(*) FROM tasks").all();
    console.log("reading"); await Bun.stdin.text();`;
  const reader = Bun.spawn([process.execPath, "-e", program, scene.database], {
    stdin: "pipe",
    stdout: "pipe",
  });
  try {
    const first = await reader.stdout.getReader().read();
    expect(new TextDecoder().decode(first.value)).toBe("reading\n");
    // More than a thousand pages of log: from here on every commit tries a checkpoint that the reader is in the way of.
    const startedAt = performance.now();
    const { task } = await scene.store.createTask({ title: "large", body: "x".repeat(6_000_000) }, person);
    for (let index = 0; index < 20; index++) await scene.store.addComment(task.id, "more", person);
    expect(performance.now() - startedAt).toBeLessThan(promptMs);
    const id = await scene.create("exit 0");
    const report = await scene.tick();
    expect(report.spawned.map((run) => run.taskId)).toEqual([id]);
    expectPrompt(scene, report);
    await scene.ended(report.spawned[0]?.runId);
    await scene.tickUntil("it is completed", (one) => one.completed.length > 0);
  } finally {
    reader.stdin.end();
    await reader.exited;
  }
});

test("W40: completing a task costs the same with five thousand tasks waiting for others", async () => {
  const path = memoryPath();
  await using store = await openFile(path, { mode: "create" });
  const medianOf = async (count: number) => {
    const times: number[] = [];
    for (let index = 0; index < count; index++) {
      const { task } = await store.createTask({ title: "x" }, person);
      const startedAt = performance.now();
      await store.completeTask(task.id, { summary: "done" }, person);
      times.push(performance.now() - startedAt);
    }
    return times.sort((a, b) => a - b)[Math.floor(count / 2)] ?? 0;
  };
  await medianOf(20);
  const alone = await medianOf(41);
  const { task: parent } = await store.createTask({ title: "parent" }, person);
  {
    const { Database } = await import("bun:sqlite");
    using db = new Database(path);
    const numbers = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000)";
    db.run(
      `${numbers} INSERT INTO tasks (id, title, status, created_at) SELECT printf('t_f%07x', i), 'w', 'todo', i FROM n`,
    );
    db.run(`${numbers} INSERT INTO task_links (parent_id, child_id) SELECT ?, printf('t_f%07x', i) FROM n`, [
      parent.id,
    ]);
  }
  expect(await medianOf(41)).toBeLessThan(alone * 5);
  expect((await store.getCounts()).byStatus.todo).toBe(5_000);
  removeMemoryHomes();
});

test("W41: while a tick looks at a run, and for however long, others can write", async () => {
  using scene = await Scene.open();
  const id = await scene.create("exit 0");
  const [spawned] = (await scene.tick()).spawned;
  await scene.ended(spawned?.runId);
  const created: (number | null)[] = [];
  const dispatcher = new Dispatcher(scene.board.context, {
    // What the look has found is not written yet: another process writes meanwhile, and the tick stands still until it has.
    onStep: (step) => {
      if (step !== "looked" || created.length > 0) return;
      const env = { ...process.env, KANBUN_HOME: scene.home };
      const command = [process.execPath, mainPath, "create", "meanwhile"];
      created.push(Bun.spawnSync(command, { env, stdio: ["ignore", "ignore", "inherit"] }).exitCode);
    },
  });
  await eventually("it is found to have ended", async () => (await dispatcher.tick()).completed.length > 0);
  dispatcher.close();
  expect(created).toEqual([0]);
  expect((await scene.store.requireTask(id)).status).toBe("done");
});

test("W43: a heartbeat is one transaction", async () => {
  using scene = await Scene.open();
  const id = await scene.create(scene.gate());
  await scene.tick();
  const [live] = await scene.store.listLiveRuns();
  const worker = { actor: "w", run: { runId: live?.runId ?? 0, token: live?.token ?? "" } };
  const before = countCommits(scene.database);
  await scene.store.heartbeat(id, { leaseMs: 60_000, note: "half way" }, worker);
  expect(countCommits(scene.database)).toBe(before + 1);
});

/**
 * The commit frames in the database's log, counted by another process (I10).
 * @see https://sqlite.org/fileformat2.html#the_write_ahead_log
 */
function countCommits(database: string): number {
  const program = `const log = Buffer.from(await Bun.file(process.argv[1]).arrayBuffer());
    const frameSize = log.readUInt32BE(8) + 24;
    let commits = 0;
    for (let at = 32; at + frameSize <= log.length; at += frameSize)
      if (log.readUInt32BE(at + 4) !== 0 && log.compare(log, 16, 24, at + 8, at + 16) === 0) commits++;
    console.log(commits);`;
  return Number(Bun.spawnSync([process.execPath, "-e", program, `${database}-wal`]).stdout.toString());
}
