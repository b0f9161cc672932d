import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "../orphan-repro/random.ts";
import { BoardSeen } from "./board-seen.ts";
import { Faults } from "./faults.ts";
import { HostUnderTest } from "./host.ts";
import { readLives, workerScript } from "./ledger.ts";
import { Network } from "./network.ts";
import type { Options } from "./options.ts";
import { startServer } from "./server.ts";
import { type RaceResult, tally } from "./tally.ts";

/** Everything waits at most so long for the end, beside the faults. */
const patienceMs = 20 * 60_000;
const batch = 50;

/** @throws {Error} what is no finding, such as a host that can't be made */
export async function race(
  options: Options,
): Promise<{ readonly result: RaceResult; readonly keptIn: string | null }> {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "kanbun-hosts-"));
  const ledger = join(folder, "ledger");
  mkdirSync(ledger);
  const network = new Network();
  const server = await startServer(network, options.failOver);
  const hosts: HostUnderTest[] = [];
  let isSound = false;
  const leave = async () => {
    for (const host of hosts.splice(0)) host.kill();
    await server.end();
    network.remove();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, async () => {
      await leave();
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
    const creating = createAll(creator, { ledger, options, acknowledged });
    const faults = new Faults({ hosts, server, random: new Random(options.seed), options, ledger });
    const view = new BoardSeen(creator);
    const following = view.follow();
    await faults.play(() => true);
    await creating;
    view.end();
    await following;
    await view.wait(acknowledged, patienceMs);
    for (const host of hosts) await host.end();
    await Bun.sleep(500);
    const result = tally(options, {
      lives: readLives(ledger),
      faults: faults.done,
      acknowledged,
      there: view.there,
      done: view.done,
      undone: view.undone,
      left: hosts.flatMap((host) => host.listProcesses()).length,
      seconds: Math.round((performance.now() - startedAt) / 1_000),
    });
    isSound = result.isSound;
    return { result, keptIn: isSound ? null : folder };
  } finally {
    await leave();
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

/** The last lines of what each host's dispatchers said, for a person who looks for a fault. */
export function readLogs(folder: string): string {
  return readdirSync(folder)
    .filter((name) => name.startsWith("kb"))
    .map((name) => `${name}:\n${readFileSync(join(folder, name, "dispatch.log"), "utf8").slice(-1_000)}`)
    .join("\n");
}
