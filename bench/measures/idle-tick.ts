import { readFileSync } from "node:fs";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import type { Bench } from "../bench.ts";
import type { BenchHome } from "../boards/bench-home.ts";
import type { Measure } from "../measure.ts";
import { type Figure, type Row, ratios } from "../row.ts";
import { median, timeCalls } from "../samples.ts";

const pids = (board: BenchHome) =>
  Array.from({ length: 20 }, (_, index) =>
    readFileSync(`${board.runs}/${index + 1}/start`, "utf8")
      .split(" ", 1)
      .join(),
  );

/** A tick that finds nothing to do, in process, on boards of three sizes. */
export const idleTick: Measure = {
  ids: ["B1", "B2"],
  async run(bench) {
    const sizes = bench.pick({ full: [1_000, 100_000, 1_000_000], quick: [1_000, 100_000], smoke: [1_000] });
    const rounds = bench.pick({ full: 9, quick: 5, smoke: 2 });
    const dispatchers: { readonly board: BenchHome; readonly dispatcher: Dispatcher; times: number[] }[] = [];
    for (const size of sizes) {
      const board = await bench.tickBoards.get(size);
      dispatchers.push({ board, dispatcher: new Dispatcher(board.context), times: [] });
    }
    const procReads: number[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const one of dispatchers) one.times.push(await idleTickMs(bench, one.dispatcher));
      procReads.push(await procReadsMs(bench, dispatchers[0]?.board));
    }
    for (const { dispatcher } of dispatchers) dispatcher.close();

    const figures = dispatchers.map(({ times }, index): Figure => {
      return { name: `${sizes[index]?.toLocaleString("en")} tasks`, unit: "ms", rounds: times };
    });
    return makeRows(figures, { name: "20 reads of /proc/<pid>/stat", unit: "ms", rounds: procReads });
  },
};

async function idleTickMs(bench: Bench, dispatcher: Dispatcher): Promise<number> {
  await dispatcher.tick();
  const limits = bench.pick({
    full: { calls: 500, budgetMs: 500 },
    quick: { calls: 200, budgetMs: 300 },
    smoke: { calls: 3, budgetMs: 50 },
  });
  return median(await timeCalls(() => requireIdle(dispatcher), limits));
}

async function requireIdle(dispatcher: Dispatcher): Promise<void> {
  const report = await dispatcher.tick();
  if (report.skippedLocked || report.spawned.length + report.completed.length > 0)
    throw new Error("a tick that should find nothing to do found something");
}

async function procReadsMs(bench: Bench, board: BenchHome | undefined): Promise<number> {
  const paths = board === undefined ? [] : pids(board).map((pid) => `/proc/${pid}/stat`);
  const read = () => {
    for (const path of paths) readFileSync(path, "latin1");
  };
  return median(
    await timeCalls(read, { calls: bench.pick({ full: 200, quick: 100, smoke: 3 }), budgetMs: 500 }),
  );
}

function makeRows(figures: readonly Figure[], procReads: Figure): Row[] {
  const [small] = figures;
  const large = figures.at(-1);
  const main = figures[1] ?? small;
  if (small === undefined || large === undefined || main === undefined) return [];
  return [
    {
      id: "B1",
      what: `idle tick in process, ${main.name}, 20 running and probed`,
      ours: main,
      yardstick: procReads,
      ratio: ratios(main, procReads),
      judged: "ours",
      limit: { is: "at most", must: 0.4, stretch: 0.05, unit: "ms" },
      notes: figures.map(({ name, rounds }) => `${name}: ${median(rounds).toFixed(3)} ms`),
    },
    {
      id: "B2",
      what: `idle tick, ${large.name} against ${small.name}`,
      ours: large,
      yardstick: small,
      ratio: ratios(large, small),
      judged: "ratio",
      limit: { is: "at most", must: 1.5, stretch: 1.1, unit: "×" },
      notes: [],
    },
  ];
}
