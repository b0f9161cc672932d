import { Database } from "bun:sqlite";
import { CheckpointKeeper } from "../../src/dispatcher/checkpoint-keeper.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { movedRuns } from "../../src/dispatcher/report/report.ts";
import type { Bench } from "../bench.ts";
import { keepRunsInMemory, openStore } from "../boards/bench-home.ts";
import { requireDelivered } from "../boards/delivery.ts";
import { buildReadyBoard } from "../boards/ready-board.ts";
import { SingleWorker } from "../boards/single-worker.ts";
import { startEnded } from "../boards/stub-start.ts";
import { CannotMeasure, type Measure } from "../measure.ts";
import { bunqueuePairsPerS, bunqueueStartsMs } from "../peers/bunqueue.ts";
import { PlainjobWorker, plainjobStartsMs } from "../peers/plainjob.ts";
import type { Figure, Row } from "../row.ts";
import { median, perS, timeInTurn, timeOnce } from "../samples.ts";
import { createAndStart } from "./wake-up.ts";

const perTick = 250;
const byTicks = `claim + complete by ticks of ${perTick}, as our dispatcher does it, spawn stubbed`;
const pairsCounted = 10;

/** What one would pick instead, at the care for the loss of power that they take: `synchronous=NORMAL`. */
export const peers: Measure = {
  ids: ["B16"],
  async run(bench) {
    if (!bench.hasPeers) throw new CannotMeasure("the packages that are compared with were to be left out");
    const count = bench.pick({ full: 3_000, quick: 1_000, smoke: 20 });
    const rounds = bench.pick({ full: 5, quick: 3, smoke: 1 });
    const [ours, ticks, plainjob, bunqueue]: [number[], number[], number[], number[]] = [[], [], [], []];
    let pages = { ours: 0, plainjob: 0 };
    for (let round = 0; round < rounds; round++) {
      const { oursPerS, plainjobPerS, pagesPerPair } = await workInTurn(bench, count);
      pages = pagesPerPair;
      ours.push(oursPerS);
      plainjob.push(plainjobPerS);
      bunqueue.push(await bunqueuePairsPerS(bench, count));
      ticks.push(await ticksPerS(bench, count));
    }

    const startRounds = bench.pick({ full: 3, quick: 2, smoke: 1 });
    const starts = bench.pick({ full: 50, quick: 12, smoke: 1 });
    const plainjobStarts = bench.pick({ full: 20, quick: 4, smoke: 1 });
    const [oursMs, plainjobMs, bunqueueMs]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < startRounds; round++) {
      const samples = await createAndStart(bench, starts);
      oursMs.push(median(samples.map((sample) => sample.sinceAcknowledgedMs)));
      plainjobMs.push(median(await plainjobStartsMs(bench, plainjobStarts)));
      bunqueueMs.push(median(await bunqueueStartsMs(bench, starts)));
    }
    return [
      {
        ...rateRow("B16 plainjob", "claim + complete one by one, against plainjob", ours, plainjob),
        notes: [
          `a pair writes ${pages.ours} pages of the board, its history and its indexes, and ${pages.plainjob} of plainjob's one table`,
        ],
      },
      rateRow("B16 bunqueue", "claim + complete one by one, against a worker of bunqueue", ours, bunqueue),
      rateRow("B16 plainjob ticks", `${byTicks}, against plainjob`, ticks, plainjob),
      rateRow("B16 bunqueue ticks", `${byTicks}, against a worker of bunqueue`, ticks, bunqueue),
      startRow("plainjob", oursMs, plainjobMs, "plainjob polls each second by default"),
      startRow(
        "bunqueue",
        oursMs,
        bunqueueMs,
        "bunqueue's handler is a function in the very process that adds",
      ),
    ];
  },
};

/** A pair of ours, a pair of plainjob's, and so on. */
async function workInTurn(bench: Bench, count: number) {
  const board = await buildReadyBoard(bench, count);
  const ours = await SingleWorker.open(board, "NORMAL");
  const plainjob = await PlainjobWorker.open(bench, count);
  const pair = async () => {
    await ours.claim();
    await ours.complete();
  };
  const pagesPerPair = {
    ours: await countPages(board.database, pair),
    plainjob: await countPages(plainjob.database, plainjob.takeAndMark),
  };
  const limits = { calls: count - pairsCounted, budgetMs: Number.POSITIVE_INFINITY };
  const [oursMs = [], plainjobMs = []] = await timeInTurn(
    [{ call: pair }, { call: plainjob.takeAndMark }],
    limits,
  );
  ours.end();
  plainjob.end();
  return { oursPerS: perS(oursMs), plainjobPerS: perS(plainjobMs), pagesPerPair };
}

/** How many pages of the database one call writes, on the average of a few. */
async function countPages(database: string, call: () => unknown): Promise<number> {
  using db = new Database(database);
  const countLogged = () => db.query<{ log: number }, []>("PRAGMA wal_checkpoint(NOOP)").get()?.log ?? 0;
  db.query("PRAGMA wal_checkpoint(TRUNCATE)").get();
  const before = countLogged();
  for (let made = 0; made < pairsCounted; made++) await call();
  return Math.round((countLogged() - before) / pairsCounted);
}

/** As our own dispatcher works a board off, with no one to wait for. */
async function ticksPerS(bench: Bench, count: number): Promise<number> {
  const board = await buildReadyBoard(bench, count, `[dispatch]\nmax_in_progress = ${perTick}\n`);
  keepRunsInMemory(bench, board);
  const context = { ...board.context, openStore: () => openStore(board, "NORMAL") };
  const started = new Set<string>();
  const stub = startEnded(({ taskId }) => started.add(taskId));
  // What the stub writes is what shims would write elsewhere, at the same time.
  let stubMs = 0;
  const startWorkers: typeof stub = async (...given) => {
    const startedAtMs = performance.now();
    const starts = await stub(...given);
    // Someone must have been started: where the kernel says that no one was, a tick does not trust its numbers.
    Bun.spawnSync(["true"]);
    stubMs += performance.now() - startedAtMs;
    return starts;
  };
  const dispatcher = new Dispatcher(context, { startWorkers });
  await dispatcher.tick({ max: 0 });
  const elapsedMs = await timeOnce(async () => {
    const log = new CheckpointKeeper(dispatcher);
    while (movedRuns(await dispatcher.tick()).length > 0) {
      log.noteChange();
      await log.turn();
    }
  });
  dispatcher.close();
  requireDelivered(board, count, "done");
  if (started.size !== count) throw new Error(`${started.size} of ${count} tasks were started`);
  return (count / (elapsedMs - stubMs)) * 1000;
}

function rateRow(id: string, what: string, ours: readonly number[], theirs: readonly number[]): Row {
  const figure: Figure = { name: "claim + complete", unit: "pairs/s", rounds: ours };
  const yardstick: Figure = { name: "the other one", unit: "pairs/s", rounds: theirs };
  return {
    id,
    what: `${what}; both at synchronous=NORMAL`,
    ours: figure,
    yardstick,
    judged: "ratio",
    limit: { is: "at least", must: 1, stretch: null, unit: "×" },
    notes: [],
  };
}

function startRow(peer: string, ours: readonly number[], theirs: readonly number[], note: string): Row {
  const figure: Figure = { name: "acknowledged to first line", unit: "ms", rounds: ours };
  const yardstick: Figure = { name: peer, unit: "ms", rounds: theirs };
  return {
    id: `B16 ${peer} start`,
    what: `create to start, p50, against ${peer} at NORMAL; ours at FULL, and a process of its own`,
    ours: figure,
    yardstick,
    judged: "ratio",
    limit: { is: "at most", must: 1, stretch: null, unit: "×" },
    notes: [note],
  };
}
