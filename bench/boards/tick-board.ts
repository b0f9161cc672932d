import { Database } from "bun:sqlite";
import { cpSync } from "node:fs";
import { thisHost } from "../../src/dispatcher/host.ts";
import type { Bench } from "../bench.ts";
import { type BenchHome, makeHome } from "./bench-home.ts";
import { type Sleeper, startSleepers } from "./sleepers.ts";
import { addEvents, addTasks, numbers, type Range, taskId } from "./task-rows.ts";

export const runningCount = 20;
const config = "[dispatch]\nmax_in_progress = 20\n";

/** Real processes that all the boards of a run share: they are only looked at. */
export interface RunningWorkers {
  readonly runs: string;
  readonly sleepers: readonly Sleeper[];
}

export async function startRunningWorkers(bench: Bench): Promise<RunningWorkers> {
  const runs = bench.makeFolder();
  return { runs, sleepers: await startSleepers(bench, runs, runningCount) };
}

/**
 * A board of `size` tasks as it is after a long time: 80 % done, 10 % waiting for one of the 20 that run, 5 %
 * ready with no one to do them, the rest archived. Rows by SQL, into a board that the product made.
 * @param workers null: the 20 are ready instead, for a dispatcher that starts them itself
 */
export async function buildTickBoard(
  bench: Bench,
  size: number,
  workers: RunningWorkers | null,
): Promise<BenchHome> {
  const board = await makeHome(bench, config);
  if (workers !== null) cpSync(workers.runs, board.runs, { recursive: true });
  const db = new Database(board.database, { strict: true });
  try {
    db.run("PRAGMA synchronous = OFF");
    db.run("PRAGMA cache_size = -1000000");
    db.transaction(() => fill(db, size, workers?.sleepers ?? null)).immediate();
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    db.close();
  }
  return board;
}

function fill(db: Database, size: number, sleepers: readonly Sleeper[] | null): void {
  const nowS = Math.floor(Date.now() / 1000);
  const first = runningCount + 1;
  const share = (part: number) => Math.floor(size * part);
  const done = { first, last: first + share(0.8) - 1 };
  const waiting = { first: done.last + 1, last: done.last + share(0.1) };
  const ready = { first: waiting.last + 1, last: waiting.last + share(0.05) };
  const archived = { first: ready.last + 1, last: size };

  const status = sleepers === null ? "ready" : "running";
  addTasks(db, { first: 1, last: runningCount }, { status, assignee: "shell", nowS });
  db.run("UPDATE tasks SET body = 'exec sleep 3600'");
  for (const sleeper of sleepers ?? []) addRunning(db, sleeper, nowS);
  for (const [range, status] of [
    [done, "done"],
    [archived, "archived"],
  ] as const) {
    addTasks(db, range, { status, assignee: "shell", nowS });
    addEndedRuns(db, range, nowS);
  }
  addTasks(db, waiting, { status: "todo", assignee: "shell", nowS });
  db.query(
    `${numbers} INSERT INTO task_links (parent_id, child_id)
     SELECT ${taskId(`(1 + i % ${runningCount})`)}, ${taskId("i")} FROM n`,
  ).run(waiting);
  addTasks(db, ready, { status: "ready", assignee: null, nowS });
}

function addEndedRuns(db: Database, range: Range, nowS: number): void {
  const { host, bootId, dispatcher } = thisHost();
  db.query(
    `${numbers} INSERT INTO task_runs (id, task_id, profile, status, started_at, ended_at, outcome)
     SELECT i, ${taskId("i")}, 'shell', 'done', :nowS - 9000, :nowS - 8000, 'completed' FROM n`,
  ).run({ ...range, nowS });
  db.query(
    `${numbers} INSERT INTO kanbun_runs (run_id, task_id, holder, token, profile, host, boot_id, dispatcher_pid,
       dispatcher_start, pid, start_time, claimed_at_ms, claimed_at_monotonic_ms, grace_ms, ended_at_monotonic_ms, gone_at_ms)
     SELECT i, ${taskId("i")}, 'worker', printf('%032x', i), 'shell', :host, :bootId, :pid, :startTime, 1, '1',
       (:nowS - 9000) * 1000, 1, 10000, 2, (:nowS - 8000) * 1000 FROM n`,
  ).run({ ...range, nowS, host, bootId, pid: dispatcher?.pid ?? 1, startTime: dispatcher?.startTime ?? "" });
  for (const kind of ["claimed", "spawned", "completed"]) addEvents(db, range, { kind, run: "i", nowS });
}

/** A lease that needs no renewal as long as the bench lasts: an idle tick writes nothing. */
const leaseS = 36_000;

function addRunning(db: Database, { runId, token, shim }: Sleeper, nowS: number): void {
  const { host, hostname, bootId, dispatcher } = thisHost();
  const row = {
    runId,
    token,
    host,
    bootId,
    nowS,
    lock: `${hostname}:${token}`,
    expires: nowS + leaseS,
    pid: shim.pid,
    startTime: shim.startTime,
  };
  const pick = (...names: (keyof typeof row)[]) =>
    Object.fromEntries(names.map((name) => [name, row[name]] as const));
  db.query(
    `INSERT INTO task_runs (id, task_id, profile, status, claim_lock, claim_expires, worker_pid, started_at)
     VALUES (:runId, ${taskId(":runId")}, 'shell', 'running', :lock, :expires, :pid, :nowS)`,
  ).run(pick("runId", "lock", "expires", "pid", "nowS"));
  db.query(
    `INSERT INTO kanbun_runs (run_id, task_id, holder, token, profile, host, boot_id, dispatcher_pid, dispatcher_start,
       pid, start_time, claimed_at_ms, claimed_at_monotonic_ms, grace_ms)
     VALUES (:runId, ${taskId(":runId")}, 'worker', :token, 'shell', :host, :bootId, :dispatcherPid, :dispatcherStart,
       :pid, :startTime, :nowS * 1000, 1, 10000)`,
  ).run({
    ...pick("runId", "token", "host", "bootId", "pid", "startTime", "nowS"),
    dispatcherPid: dispatcher?.pid ?? null,
    dispatcherStart: dispatcher?.startTime ?? null,
  });
  db.query(
    `UPDATE tasks SET current_run_id = :runId, claim_lock = :lock, claim_expires = :expires, worker_pid = :pid,
       started_at = :nowS WHERE id = ${taskId(":runId")}`,
  ).run(pick("runId", "lock", "expires", "pid", "nowS"));
}
