import type { Bench } from "../bench.ts";
import type { Measure } from "../measure.ts";
import { median, percentile, timeOnce } from "../samples.ts";
import { BenchServer } from "../servers/bench-server.ts";
import { ServerBoard } from "../servers/server-board.ts";
import { TickWorker } from "../servers/tick-worker.ts";

const perTick = 100;

/** Claims of one task at a time, when many were worked off beside a reader that keeps its transaction open. */
export const serverSnapshot: Measure = {
  ids: ["PG4"],
  isLong: true,
  async run(bench) {
    const tasks = bench.pick({ full: 20_000, quick: 20_000, smoke: 200 });
    const claims = bench.pick({ full: 100, quick: 40, smoke: 5 });
    const rounds = bench.pick({ full: 2, quick: 1, smoke: 1 });
    const server = await BenchServer.start(bench, { connectionsMax: 50 });
    const [beside, alone]: [number[][], number[][]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      alone.push(await claimAfter(bench, server, { tasks, claims }));
      await using _held = await server.holdSnapshot();
      beside.push(await claimAfter(bench, server, { tasks, claims }));
    }
    const p50 = (rounds: readonly number[][]) => rounds.map((times) => median(times));
    const p99 = beside.map((times) => percentile(times, 0.99));
    return [
      {
        id: "PG4",
        what: `a claim, p50, when ${tasks.toLocaleString("en")} tasks were worked off beside a reader that keeps its snapshot`,
        ours: { name: "beside a held snapshot", unit: "ms", rounds: p50(beside) },
        yardstick: { name: "without one", unit: "ms", rounds: p50(alone) },
        judged: "ours",
        limit: { is: "at most", must: 100, stretch: 30, unit: "ms" },
        notes: [
          `p99: ${median(p99).toFixed(1)} ms`,
          `worked off by ticks that close ${perTick} and claim ${perTick}`,
        ],
      },
    ];
  },
};

/** Milliseconds of each of the last claims. */
async function claimAfter(
  bench: Bench,
  server: BenchServer,
  { tasks, claims }: { readonly tasks: number; readonly claims: number },
): Promise<number[]> {
  await using board = await ServerBoard.make(server, tasks + claims);
  const worker = new TickWorker(await board.open());
  const startedAt = performance.now();
  let worked = 0;
  while (worked < tasks) worked += await worker.closeAndClaim(Math.min(perTick, tasks - worked));
  bench.say(`PG4: ${tasks} tasks in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  const times: number[] = [];
  for (let claimed = 0; claimed < claims; claimed++)
    times.push(await timeOnce(() => worker.closeAndClaim(1)));
  await worker.closeAndClaim(0);
  await board.requireDone(tasks + claims);
  return times;
}
