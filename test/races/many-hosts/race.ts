import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "../orphan-repro/random.ts";
import { Faults } from "./faults.ts";
import { HostUnderTest } from "./host.ts";
import { findOverlaps, gapsAfter, lateWords, readLives, workerScript } from "./ledger.ts";
import { Network } from "./network.ts";
import type { Options } from "./options.ts";
import { startServer } from "./server.ts";

export interface RaceResult {
  readonly tasks: number;
  readonly workers: number;
  readonly twoAtOnce: number;
  /** The longest time that two of one task were; milliseconds. */
  readonly twoAtOnceMsMax: number;
  /** Workers of a machine that was frozen which wrote again when it went on, though their tasks had been given away; not in `twoAtOnce`. */
  readonly afterThaw: number;
  /** For so long, at most; milliseconds. */
  readonly afterThawMsMax: number;
  /** Tasks that are not done at the end. */
  readonly lost: number;
  /** Tasks whose creation was acknowledged and that are not there. */
  readonly acknowledgedLost: number;
  /** Processes of hosts that have ended. */
  readonly left: number;
  /** How long until what was at work on a host ran again elsewhere or there; milliseconds. */
  readonly ranAgainMs: Readonly<Record<string, readonly number[]>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly keptIn: string | null;
}

/** Everything waits at most so long for the end, beside the faults. */
const patienceMs = 20 * 60_000;
const batch = 50;

/** @throws {Error} what is no finding, such as a host that can't be made */
export async function race(options: Options): Promise<RaceResult> {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "kanbun-hosts-"));
  const ledger = join(folder, "ledger");
  mkdirSync(ledger);
  const network = new Network();
  const server = startServer(network);
  const hosts: HostUnderTest[] = [];
  let isSound = false;
  const leave = () => {
    for (const host of hosts.splice(0)) host.kill();
    server.end();
    network.remove();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      leave();
      rmSync(folder, { recursive: true, force: true });
      process.exit(128 + constants.signals[signal]);
    });
  try {
    const make = () =>
      new HostUnderTest({
        network: network.add(),
        folder,
        url: server.url,
        leaseS: options.leaseS,
        slots: 4,
        hasPidNamespace: options.pidNamespaces,
      });
    // It dispatches nothing, and nothing is done to it.
    const creator = make();
    for (let at = 0; at < options.hosts; at++) hosts.push(make());
    await prepare([creator, ...hosts], options);
    const each = Math.ceil(options.dispatchers / options.hosts);
    for (const host of hosts) host.start(each);
    const acknowledged: string[] = [];
    const isDone = (task: string) => done.has(task);
    const done = new Set<string>();
    const creating = createAll(creator, { ledger, options, acknowledged });
    const faults = new Faults({ hosts, server, random: new Random(options.seed), options, ledger });
    await faults.play(() => true);
    await creating;
    const deadlineMs = performance.now() + patienceMs;
    for (let open = options.tasks; open > 0; ) {
      if (performance.now() > deadlineMs) break;
      await Bun.sleep(500);
      for (const task of await listDone(creator)) done.add(task);
      open = acknowledged.filter((task) => !isDone(task)).length;
    }
    const there = new Set(await listIds(creator, "--all"));
    for (const host of hosts) await host.end();
    await Bun.sleep(500);
    const lives = readLives(ledger);
    const all = findOverlaps(lives);
    const late = lateWords(all, faults.done);
    const overlaps = all.filter((pair) => !late.has(pair));
    const left = hosts.flatMap((host) => host.listProcesses()).length;
    const ranAgainMs = Object.entries(Object.groupBy(faults.done, ({ kind }) => kind)).map(([kind, of]) => [
      kind,
      (of ?? []).flatMap(({ host, atMs }) => (host === null ? [] : gapsAfter(lives, host, atMs))),
    ]);
    const result = {
      tasks: options.tasks,
      workers: lives.length,
      twoAtOnce: overlaps.length,
      twoAtOnceMsMax: Math.max(
        0,
        ...overlaps.map(({ one, other }) => Math.min(one.lastMs, other.lastMs) - other.firstMs),
      ),
      afterThaw: late.size,
      afterThawMsMax: Math.max(0, ...late.values()),
      lost: acknowledged.filter((task) => !isDone(task)).length,
      acknowledgedLost: acknowledged.filter((task) => !there.has(task)).length,
      left,
      ranAgainMs: Object.fromEntries(ranAgainMs.filter(([, gaps]) => (gaps?.length ?? 0) > 0)),
      faults: Object.fromEntries(
        Object.entries(Object.groupBy(faults.done, ({ kind }) => kind)).map(([kind, of]) => [
          kind,
          of?.length ?? 0,
        ]),
      ),
      seconds: Math.round((performance.now() - startedAt) / 1_000),
    };
    const { twoAtOnce, lost, acknowledgedLost } = result;
    isSound = twoAtOnce + lost + acknowledgedLost + left === 0;
    return { ...result, keptIn: isSound ? null : folder };
  } finally {
    leave();
    if (isSound) rmSync(folder, { recursive: true, force: true });
  }
}

async function prepare(hosts: readonly HostUnderTest[], { takeover }: Options): Promise<void> {
  for (const [at, host] of hosts.entries()) {
    await host.run(["boards", at === 0 ? "create" : "join", "race", "--store", "team"]);
    if (at === 0) await host.run(["boards", "set", "race", "takeover", takeover]);
  }
}

/** Batch after batch, also while the server is away: only what it has acknowledged counts. A lost answer may leave some more. */
async function createAll(
  host: HostUnderTest,
  { ledger, options, acknowledged }: { ledger: string; options: Options; acknowledged: string[] },
): Promise<void> {
  for (let made = 0; made < options.tasks; ) {
    const count = Math.min(batch, options.tasks - made);
    const tasks = Array.from({ length: count }, (_, at) => ({
      title: `task ${made + at}`,
      assignee: "shell",
      body: workerScript(ledger, Math.round((options.workMs / 50) * (0.5 + ((made + at) % 10) / 10))),
    }));
    try {
      const out = await host.run(
        ["create", "--from", "-", "--json"],
        tasks.map((task) => JSON.stringify(task)).join("\n"),
      );
      acknowledged.push(...(JSON.parse(out).data.task_ids as string[]));
      made += count;
    } catch (error) {
      host.note(`create: ${(error as Error).message}`);
      await Bun.sleep(500);
    }
  }
}

async function listDone(host: HostUnderTest): Promise<readonly string[]> {
  return listIds(host, "--status", "done");
}

/** None while it can't be asked. */
async function listIds(host: HostUnderTest, ...filter: readonly string[]): Promise<readonly string[]> {
  try {
    const out = await host.run(["list", ...filter, "--limit", "1000000", "--json"]);
    return (JSON.parse(out).data.tasks as { id: string }[]).map(({ id }) => id);
  } catch (error) {
    host.note(`list: ${(error as Error).message}`);
    return [];
  }
}

/** The last lines of what each host's dispatchers said, for a person who looks for a fault. */
export function readLogs(folder: string): string {
  return readdirSync(folder)
    .filter((name) => name.startsWith("kb"))
    .map((name) => `${name}:\n${readFileSync(join(folder, name, "dispatch.log"), "utf8").slice(-1_000)}`)
    .join("\n");
}
