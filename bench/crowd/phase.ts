import { readFileSync } from "node:fs";
import { percentile } from "../samples.ts";
import type { BenchServer, StatementUse } from "../servers/bench-server.ts";
import { readMachineTime } from "../servers/process-time.ts";
import type { CrowdHome } from "./crowd-home.ts";
import type { Hosts } from "./hosts.ts";
import { readLedgers } from "./ledger.ts";
import type { TaskMaker } from "./task-maker.ts";

/** Milliseconds that one of two and one of a hundred exceed; null where nothing was measured. */
export interface Delay {
  readonly p50: number;
  readonly p99: number;
}

/** What a crowd does while tasks are made at one rate. Processor time is in percent of one processor, unless it is said. */
export interface PhaseFigures {
  readonly perS: number;
  readonly madePerS: number;
  readonly connections: number;
  readonly statementsPerS: number | null;
  readonly commitsPerS: number;
  readonly serverPercent: number;
  /** Of one host on average, without its workers. */
  readonly hostPercent: number;
  readonly workersPercent: number;
  /** Of all processors of the machine, by everything that runs on it. */
  readonly machinePercent: number;
  /** Of one process that dispatches. */
  readonly memoryMb: number;
  /** From the commit that made a task to the commit that claimed it, by the server's clock. */
  readonly claimed: Delay | null;
  /** From the commit that made a task to its worker's first line, to ten milliseconds. */
  readonly began: Delay | null;
  readonly tasks: number;
  /** By what the workers themselves wrote down. */
  readonly startedTwice: number;
  /** Acknowledged, and never worked on. */
  readonly lost: number;
  /** Not done when nothing had happened for long. */
  readonly left: number;
  /** Those that took the server longest, as many as were asked for. */
  readonly statements: readonly StatementUse[];
}

export interface PhaseOptions {
  readonly perS: number;
  /** In which tasks are made; what is left of them is waited for besides. */
  readonly seconds: number;
  readonly statementsMax: number;
}

interface Crowd {
  readonly server: BenchServer;
  readonly hosts: Hosts;
  readonly maker: TaskMaker;
  readonly homes: readonly CrowdHome[];
}

export async function measurePhase(
  crowd: Crowd,
  { perS, seconds, statementsMax }: PhaseOptions,
): Promise<PhaseFigures> {
  await crowd.server.forgetStatements();
  const before = await readUse(crowd);
  const ids = await crowd.maker.make(perS, seconds);
  const after = await readUse(crowd);
  const elapsedMs = after.atMs - before.atMs;
  const perSecond = (count: number) => (count / elapsedMs) * 1_000;
  const percent = (ms: number) => (ms / elapsedMs) * 100;
  const statements = await crowd.server.listStatements(statementsMax);
  const left = await waitUntilDone(crowd.server, ids);
  const { claimed, began, startedTwice, lost } = await readDelays(crowd, ids);
  return {
    perS,
    madePerS: perSecond(ids.length),
    connections: after.connections,
    statementsPerS:
      after.statements === null || before.statements === null
        ? null
        : perSecond(after.statements - before.statements),
    commitsPerS: perSecond(after.commits - before.commits),
    serverPercent: percent(after.processorMs - before.processorMs),
    hostPercent: percent(after.hostsMs - before.hostsMs) / crowd.homes.length,
    workersPercent: percent(after.workersMs - before.workersMs),
    machinePercent: percent(after.busyMs - before.busyMs) / after.processors,
    memoryMb: percentile(crowd.hosts.readMemoryMb(), 0.5),
    claimed,
    began,
    tasks: ids.length,
    startedTwice,
    lost,
    left,
    statements,
  };
}

async function readUse({ server, hosts }: Crowd) {
  const [use, connections] = [await server.readUse(), await server.countConnections()];
  return {
    ...use,
    connections,
    hostsMs: hosts.readProcessorMs(),
    workersMs: hosts.readWorkersMs(),
    ...readMachineTime(),
    atMs: performance.now(),
  };
}

const patienceMs = 30_000;

/** How many of them are not done when nothing more happens. */
async function waitUntilDone(server: BenchServer, ids: readonly string[]): Promise<number> {
  let left = ids.length;
  for (let movedAtMs = performance.now(); left > 0; await Bun.sleep(250)) {
    const [row] = await server.ask<{ count: string }>(
      "SELECT count(*) AS count FROM kanbun.all_tasks WHERE status <> 'done'",
    );
    const now = Number(row?.count);
    if (now !== left) movedAtMs = performance.now();
    left = now;
    if (performance.now() - movedAtMs > patienceMs) break;
  }
  return left;
}

const selectDelays = `SELECT made.task_id AS task, extract(epoch FROM pg_xact_commit_timestamp(made.xmin)) * 1000 AS made_ms,
  extract(epoch FROM pg_xact_commit_timestamp(claimed.xmin)) * 1000 AS claimed_ms
  FROM kanbun.all_task_events made
    LEFT JOIN kanbun.all_task_events claimed ON claimed.task_id = made.task_id AND claimed.kind = 'claimed'
  WHERE made.kind = 'created'`;

async function readDelays({ server, homes }: Crowd, ids: readonly string[]) {
  const beginnings = Map.groupBy(readLedgers(homes.map(({ ledger }) => ledger)), ({ task }) => task);
  const bootedAtMs = Date.now() - Number(readFileSync("/proc/uptime", "utf8").split(" ", 1)[0]) * 1_000;
  const wanted = new Set(ids);
  const rows = (
    await server.ask<{ task: string; made_ms: string; claimed_ms: string | null }>(selectDelays)
  ).filter(({ task }) => wanted.has(task));
  return {
    claimed: delayOf(
      rows.flatMap((row) => (row.claimed_ms === null ? [] : [Number(row.claimed_ms) - Number(row.made_ms)])),
    ),
    began: delayOf(
      rows.flatMap(({ task, made_ms }) =>
        (beginnings.get(task) ?? []).map(({ uptimeMs }) => bootedAtMs + uptimeMs - Number(made_ms)),
      ),
    ),
    startedTwice: ids.filter((id) => (beginnings.get(id)?.length ?? 0) > 1).length,
    lost: ids.filter((id) => !beginnings.has(id)).length,
  };
}

function delayOf(times: readonly number[]): Delay | null {
  return times.length === 0 ? null : { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}
