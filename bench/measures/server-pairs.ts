import type { Bench } from "../bench.ts";
import { CannotMeasure, type Measure } from "../measure.ts";
import { PgBossWorkers } from "../peers/pg-boss.ts";
import type { Row } from "../row.ts";
import { BenchServer } from "../servers/bench-server.ts";
import { ServerBoard } from "../servers/server-board.ts";
import { TickWorker } from "../servers/tick-worker.ts";

/** In milliseconds: before it counts each connection has done everything some times, as one that has been there for long. */
const warmUpMs = { full: 1_500, quick: 1_000, smoke: 100 };
const roundMs = { full: 5_000, quick: 3_000, smoke: 200 };
const jobs = { full: 15_000, quick: 8_000, smoke: 1_000 };

/** What the laboratory had, of pg-boss beside it: it keeps one table and no history. */
const sides = [
  { connections: 1, must: 0.7 },
  { connections: 4, must: 0.44 },
  { connections: 16, must: 0.45 },
] as const;

/** Claims and completions on a server, one by one, by several connections at once. */
export const serverPairs: Measure = {
  ids: ["PG1"],
  isLong: true,
  async run(bench) {
    if (!bench.hasPeers) throw new CannotMeasure("the packages that are compared with were to be left out");
    const server = await BenchServer.start(bench, { connectionsMax: 100 });
    const rounds = bench.pick({ full: 3, quick: 1, smoke: 1 });
    const rows: Row[] = [];
    for (const { connections, must } of sides) {
      const [ours, theirs]: [number[], number[]] = [[], []];
      for (let round = 0; round < rounds; round++) {
        ours.push(await ourPairsPerS(bench, server, connections));
        theirs.push(await pgBossPairsPerS(bench, server, connections));
      }
      rows.push({
        id: `PG1 ${connections}`,
        what: `claim + complete one by one on PostgreSQL ${server.version}, ${connections} ${connections === 1 ? "connection" : "connections"}, against pg-boss`,
        ours: { name: "ours", unit: "pairs/s", rounds: ours },
        yardstick: { name: "pg-boss on the same server", unit: "pairs/s", rounds: theirs },
        judged: "ratio",
        limit: { is: "at least", must, stretch: 1, unit: "×" },
        notes: [],
      });
    }
    return rows;
  },
};

async function ourPairsPerS(bench: Bench, server: BenchServer, connections: number): Promise<number> {
  await using board = await ServerBoard.make(server, bench.pick(jobs));
  const workers: TickWorker[] = [];
  for (let opened = 0; opened < connections; opened += 1) workers.push(new TickWorker(await board.open()));
  const { perS, done } = await workTogether(bench, connections, async (at) => {
    const worker = workers[at];
    const claims = (await worker?.claim(1)) ?? [];
    if (claims.length !== 1) throw new Error("no task is left");
    await worker?.complete(claims);
  });
  await board.requireDone(done);
  return perS;
}

async function pgBossPairsPerS(bench: Bench, server: BenchServer, connections: number): Promise<number> {
  await using workers = await PgBossWorkers.open(server, { workers: connections, jobs: bench.pick(jobs) });
  const { perS, done } = await workTogether(bench, connections, (at) => workers.work(at));
  await workers.requireDone(done);
  return perS;
}

/** Each does one step after the other, all at once; how many a second, and how many in all. */
async function workTogether(bench: Bench, count: number, step: (at: number) => Promise<void>) {
  let [isOver, done] = [false, 0];
  const all = Promise.all(
    Array.from({ length: count }, async (_, at) => {
      while (!isOver) {
        await step(at);
        done += 1;
      }
    }),
  );
  all.catch(() => {}); // thrown below
  await Bun.sleep(bench.pick(warmUpMs));
  const [before, startedAt] = [done, performance.now()];
  await Bun.sleep(bench.pick(roundMs));
  const perS = ((done - before) / (performance.now() - startedAt)) * 1_000;
  isOver = true;
  await all;
  return { perS, done };
}
