import type { Bench } from "../bench.ts";
import { BenchServer } from "../servers/bench-server.ts";
import { makeCrowdHomes } from "./crowd-home.ts";
import { workerScript } from "./ledger.ts";
import { startLightHosts } from "./light-hosts.ts";
import { measurePhase, type PhaseFigures } from "./phase.ts";
import { startResidents } from "./residents.ts";
import { TaskMaker } from "./task-maker.ts";

export interface CrowdOptions {
  readonly hosts: number;
  readonly slots: number;
  /** Tasks a second, one phase after the other; 0: at rest. */
  readonly rates: readonly number[];
  /** Of a phase, in which tasks are made; what is left of them is waited for besides. */
  readonly seconds: number;
  /** From the last host's start to the first phase. */
  readonly settleS: number;
  readonly workMs: number;
  /** Ten hosts share a process, and workers are no processes. */
  readonly isLight: boolean;
  /** How many of the server's statements are named for each phase. */
  readonly statementsMax: number;
}

/** More than a host has; the makers and the bench have some. */
const connectionsPerHost = 8;
const otherConnections = 40;

export interface CrowdFigures {
  readonly serverVersion: string;
  readonly phases: readonly PhaseFigures[];
}

/** Many hosts on one board of one server, with tasks that are made at given rates. */
export async function measureCrowd(bench: Bench, options: CrowdOptions): Promise<CrowdFigures> {
  const connectionsMax = options.hosts * connectionsPerHost + otherConnections;
  const server = await BenchServer.start(bench, { connectionsMax });
  const { homes, ledgers } = makeCrowdHomes(bench, server, options);
  const areThere = (count: number) => server.hasHosts(count);
  const startedAt = performance.now();
  await using hosts = options.isLight
    ? await startLightHosts(bench, homes, { workMs: options.workMs, areThere })
    : await startResidents(bench, homes, areThere);
  while (!(await areThere(homes.length))) await Bun.sleep(50);
  bench.say(`${homes.length} hosts are there after ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  await Bun.sleep(options.settleS * 1_000);
  await using maker = await TaskMaker.open(server, workerScript(ledgers, options.workMs));
  const phases: PhaseFigures[] = [];
  for (const perS of options.rates) {
    const figures = await measurePhase({ server, hosts, maker, homes }, { ...options, perS });
    bench.say(`${perS} tasks/s: ${figures.tasks} were made`);
    phases.push(figures);
  }
  return { serverVersion: server.version, phases };
}
