import type { Bench } from "../bench.ts";
import { TimePipe } from "../boards/time-pipe.ts";
import { crowdBoard, environmentOfCrowd, makeCrowdHomes } from "../crowd/crowd-home.ts";
import { startResidents } from "../crowd/residents.ts";
import type { Measure } from "../measure.ts";
import type { Row } from "../row.ts";
import { median, percentile } from "../samples.ts";
import { BenchServer } from "../servers/bench-server.ts";
import { createAndStart, createOne } from "./wake-up.ts";

/** From a task that is made on one host to the first line of its worker on another; beside the same on a file of one host. */
export const serverWakeUp: Measure = {
  ids: ["PG2"],
  isLong: true,
  async run(bench) {
    const count = bench.pick({ full: 100, quick: 35, smoke: 2 });
    const rounds = bench.pick({ full: 3, quick: 2, smoke: 1 });
    const server = await BenchServer.start(bench, { connectionsMax: 100 });
    const { homes } = makeCrowdHomes(bench, server, { hosts: 3, slots: 8 });
    const [maker, ...dispatching] = homes;
    if (maker === undefined) throw new Error("there is no home");
    await using _residents = await startResidents(bench, dispatching, (hosts) => server.hasHosts(hosts));
    const [ours, ofFile]: [number[][], number[][]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      ours.push(await createOnServer(bench, environmentOfCrowd(maker), count));
      ofFile.push((await createAndStart(bench, count)).map(({ sinceAcknowledgedMs }) => sinceAcknowledgedMs));
    }
    await server.requireOneRunEach(crowdBoard, rounds * count);
    return [
      makeRow({ name: "p50", ours, ofFile, must: 30, stretch: 15 }),
      makeRow({ name: "p99", ours, ofFile, must: 150, stretch: 75 }),
    ];
  },
};

/** Milliseconds from the instant at which `kanbun create` said the task's id. */
async function createOnServer(
  bench: Bench,
  env: Readonly<Record<string, string | undefined>>,
  count: number,
): Promise<number[]> {
  const pipe = new TimePipe(bench);
  const times: number[] = [];
  for (let made = 0; made < count; made++) {
    // Not in step with anything that happens by the clock.
    await Bun.sleep(20 + Math.random() * 60);
    times.push((await createOne(env, pipe)).sinceAcknowledgedMs);
  }
  return times;
}

function makeRow({
  name,
  ours,
  ofFile,
  must,
  stretch,
}: {
  readonly name: "p50" | "p99";
  readonly ours: readonly number[][];
  readonly ofFile: readonly number[][];
  readonly must: number;
  readonly stretch: number;
}): Row {
  const share = name === "p50" ? 0.5 : 0.99;
  const of = (rounds: readonly number[][]) => rounds.map((times) => percentile(times, share));
  return {
    id: `PG2 ${name}`,
    what: "`kanbun create` on one host has acknowledged, to the first line of the worker on one of two others",
    ours: { name, unit: "ms", rounds: of(ours) },
    yardstick: { name: "the same on a file, of one host", unit: "ms", rounds: of(ofFile) },
    judged: "ours",
    limit: { is: "at most", must, stretch, unit: "ms" },
    notes: [`${ours.length} rounds of ${median(ours.map((times) => times.length))}`],
  };
}
