import { Database } from "bun:sqlite";
import { readFileSync } from "node:fs";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { awaitConfig, type BenchHome } from "../boards/bench-home.ts";
import { runningCount } from "../boards/tick-board.ts";
import type { TickBoards } from "../boards/tick-boards.ts";
import type { Measure } from "../measure.ts";
import type { Figure, Row } from "../row.ts";
import { median, timeInTurn } from "../samples.ts";

interface TickedBoard {
  readonly board: BenchHome;
  readonly name: string;
  readonly dispatcher: Dispatcher;
  /** Writes something that means nothing, as another process would. */
  readonly touch: () => void;
  /** Per round, when no one has written since the last tick. */
  readonly quiet: number[];
  /** Per round, when someone has, so that everything is looked at. */
  readonly looked: number[];
}

/** A tick that finds nothing to do, in process, on boards of three sizes. */
export const idleTick: Measure = {
  ids: ["B1", "B2"],
  async run(bench, tickBoards) {
    const sizes = bench.pick({ full: [1_000, 100_000, 1_000_000], quick: [1_000, 100_000], smoke: [1_000] });
    const rounds = bench.pick({ full: 9, quick: 5, smoke: 2 });
    const subjects: TickedBoard[] = [];
    for (const size of sizes) subjects.push(makeSubject(await tickBoards.get(size), size));
    const mainSize = sizes[1] ?? sizes[0] ?? 0;
    const own = await startOwnWorkers(tickBoards, mainSize);
    const all = [...subjects, own];
    // The board that was built last: the others are older.
    await awaitConfig(bench, own.board);
    const reading = procReading(await tickBoards.get(mainSize));
    const procReads: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const ticks = all.flatMap(({ dispatcher, touch }) => {
        const call = () => requireIdle(dispatcher);
        return [{ call }, { call, before: touch }];
      });
      const limits = bench.pick({
        full: { calls: 300, budgetMs: 4_000 },
        quick: { calls: 150, budgetMs: 2_000 },
        smoke: { calls: 3, budgetMs: 50 },
      });
      const medians = (await timeInTurn([...ticks, { call: reading }], limits)).map(median);
      procReads.push(medians.pop() ?? Number.NaN);
      for (const { quiet, looked } of all) {
        quiet.push(medians.shift() ?? Number.NaN);
        looked.push(medians.shift() ?? Number.NaN);
      }
    }
    for (const { dispatcher } of all) dispatcher.close();
    return makeRows(subjects, {
      own,
      procReads: { name: `${runningCount} reads of /proc/<pid>/stat`, unit: "ms", rounds: procReads },
    });
  },
};

function makeSubject(board: BenchHome, size: number): TickedBoard {
  const db = new Database(board.database);
  db.run("PRAGMA synchronous = OFF");
  const update = db.query("UPDATE kanbun_meta SET value = value");
  return {
    board,
    name: `${size.toLocaleString("en")} tasks`,
    dispatcher: new Dispatcher(board.context),
    touch: () => update.run(),
    quiet: [],
    looked: [],
  };
}

/** A dispatcher whose running workers are its own children, as a resident's are. */
async function startOwnWorkers(tickBoards: TickBoards, size: number): Promise<TickedBoard> {
  const board = await tickBoards.makeOwn(size);
  const subject = makeSubject(board, size);
  const { spawned } = await subject.dispatcher.tick();
  if (spawned.length !== runningCount) throw new Error(`${spawned.length} workers were started`);
  while ((await subject.dispatcher.tick()).held.length > 0) await Bun.sleep(5);
  return subject;
}

async function requireIdle(dispatcher: Dispatcher): Promise<void> {
  const report = await dispatcher.tick();
  if (report.skippedLocked || report.spawned.length + report.completed.length + report.crashed.length > 0)
    throw new Error("a tick that should find nothing to do found something");
}

function procReading(board: BenchHome): () => void {
  const paths = listPids(board).map((pid) => `/proc/${pid}/stat`);
  return () => {
    for (const path of paths) readFileSync(path, "latin1");
  };
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
  subjects: readonly TickedBoard[],
  { own, procReads }: { readonly own: TickedBoard; readonly procReads: Figure },
): Row[] {
  const [small] = subjects;
  const large = subjects.at(-1);
  const main = subjects[1] ?? small;
  if (small === undefined || large === undefined || main === undefined) return [];
  const what = `idle tick in process, ${main.name}, ${runningCount} running`;
  const sizes = `idle tick, ${large.name} against ${small.name}`;
  const each = (pick: (subject: TickedBoard) => readonly number[]) =>
    subjects.map((subject) => `${subject.name}: ${median(pick(subject)).toFixed(3)} ms`);
  return [
    tickRow("B1", `${what} and probed`, main, procReads),
    tickRow("B1 own", `${what}, by the dispatcher that started them, as a resident does`, own, procReads),
    sizeRow(
      "B2",
      sizes,
      [large.quiet, small.quiet],
      each(({ quiet }) => quiet),
    ),
    sizeRow(
      "B2 looked",
      `${sizes}, after a write of somebody else: everything is looked at`,
      [large.looked, small.looked],
      [
        ...each(({ looked }) => looked),
        `by the dispatcher that started them: ${median(own.looked).toFixed(3)} ms`,
      ],
    ),
  ];
}

function tickRow(id: string, what: string, { name, quiet }: TickedBoard, procReads: Figure): Row {
  const ours: Figure = { name, unit: "ms", rounds: quiet };
  return {
    id,
    what,
    ours,
    yardstick: procReads,
    judged: "ours",
    limit: { is: "at most", must: 0.4, stretch: 0.05, unit: "ms" },
    notes: [],
  };
}

function sizeRow(
  id: string,
  what: string,
  [large, small]: readonly [readonly number[], readonly number[]],
  notes: readonly string[],
): Row {
  const ours: Figure = { name: "the large board", unit: "ms", rounds: large };
  const yardstick: Figure = { name: "the small board", unit: "ms", rounds: small };
  return {
    id,
    what,
    ours,
    yardstick,
    judged: "ratio",
    limit: { is: "at most", must: 1.5, stretch: 1.1, unit: "×" },
    notes,
  };
}
