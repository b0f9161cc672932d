import { Database } from "bun:sqlite";
import { readFileSync } from "node:fs";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import type { Bench } from "../bench.ts";
import type { BenchHome } from "../boards/bench-home.ts";
import { runningCount } from "../boards/tick-board.ts";
import type { Measure } from "../measure.ts";
import { type Figure, type Row, ratios } from "../row.ts";
import { median, timeCalls } from "../samples.ts";

interface Subject {
  readonly name: string;
  readonly dispatcher: Dispatcher;
  readonly times: number[];
}

/** A tick that finds nothing to do, in process, on boards of three sizes. */
export const idleTick: Measure = {
  ids: ["B1", "B2"],
  async run(bench) {
    const sizes = bench.pick({ full: [1_000, 100_000, 1_000_000], quick: [1_000, 100_000], smoke: [1_000] });
    const rounds = bench.pick({ full: 9, quick: 5, smoke: 2 });
    const subjects: Subject[] = [];
    for (const size of sizes) subjects.push(makeSubject(await bench.tickBoards.get(size), size));
    const mainSize = sizes[1] ?? sizes[0] ?? 0;
    const own = await startOwnWorkers(bench, mainSize);
    const procReads: number[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const { dispatcher, times } of [...subjects, own]) times.push(await idleTickMs(bench, dispatcher));
      procReads.push(await procReadsMs(bench, await bench.tickBoards.get(mainSize)));
    }
    for (const { dispatcher } of [...subjects, own]) dispatcher.close();
    return makeRows(subjects.map(toFigure), {
      own: toFigure(own),
      procReads: { name: `${runningCount} reads of /proc/<pid>/stat`, unit: "ms", rounds: procReads },
    });
  },
};

function makeSubject(board: BenchHome, size: number): Subject {
  return {
    name: `${size.toLocaleString("en")} tasks`,
    dispatcher: new Dispatcher(board.context),
    times: [],
  };
}

function toFigure({ name, times }: Subject): Figure {
  return { name, unit: "ms", rounds: times };
}

/** A dispatcher whose running workers are its own children, as a resident's are. */
async function startOwnWorkers(bench: Bench, size: number): Promise<Subject> {
  const board = await bench.tickBoards.makeOwn(size);
  const subject = makeSubject(board, size);
  const { spawned } = await subject.dispatcher.tick();
  if (spawned.length !== runningCount) throw new Error(`${spawned.length} workers were started`);
  while ((await subject.dispatcher.tick()).held.length > 0) await Bun.sleep(5);
  return subject;
}

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
  if (report.skippedLocked || report.spawned.length + report.completed.length + report.crashed.length > 0)
    throw new Error("a tick that should find nothing to do found something");
}

async function procReadsMs(bench: Bench, board: BenchHome): Promise<number> {
  const paths = listPids(board).map((pid) => `/proc/${pid}/stat`);
  const read = () => {
    for (const path of paths) readFileSync(path, "latin1");
  };
  const calls = bench.pick({ full: 200, quick: 100, smoke: 3 });
  return median(await timeCalls(read, { calls, budgetMs: 500 }));
}

function listPids(board: BenchHome): number[] {
  const db = new Database(board.database, { readonly: true });
  try {
    const rows = db.query<{ pid: number }, []>("SELECT pid FROM kanbun_runs WHERE gone_at_ms IS NULL").all();
    return rows.map((row) => row.pid);
  } finally {
    db.close();
  }
}

function makeRows(
  figures: readonly Figure[],
  { own, procReads }: { readonly own: Figure; readonly procReads: Figure },
): Row[] {
  const [small] = figures;
  const large = figures.at(-1);
  const main = figures[1] ?? small;
  if (small === undefined || large === undefined || main === undefined) return [];
  const limit = { is: "at most", must: 0.4, stretch: 0.05, unit: "ms" } as const;
  return [
    {
      id: "B1",
      what: `idle tick in process, ${main.name}, ${runningCount} running and probed`,
      ours: main,
      yardstick: procReads,
      ratio: ratios(main, procReads),
      judged: "ours",
      limit,
      notes: figures.map(({ name, rounds }) => `${name}: ${median(rounds).toFixed(3)} ms`),
    },
    {
      id: "B1 own",
      what: `the same by the dispatcher that started the ${runningCount}, as a resident does`,
      ours: own,
      yardstick: procReads,
      ratio: ratios(own, procReads),
      judged: "ours",
      limit,
      notes: [],
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
