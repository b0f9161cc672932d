import { buildReadyBoard } from "../boards/ready-board.ts";
import { workOneByOne } from "../boards/work-one-by-one.ts";
import { CannotMeasure, type Measure } from "../measure.ts";
import { bunqueuePairsPerS, bunqueueStartsMs } from "../peers/bunqueue.ts";
import { plainjobPairsPerS, plainjobStartsMs } from "../peers/plainjob.ts";
import { type Figure, type Row, ratios } from "../row.ts";
import { median } from "../samples.ts";
import { createAndStart } from "./wake-up.ts";

/** What one would pick instead, at the care for the loss of power that they take: `synchronous=NORMAL`. */
export const peers: Measure = {
  ids: ["B16"],
  async run(bench) {
    if (!bench.hasPeers) throw new CannotMeasure("the packages that are compared with were to be left out");
    const count = bench.pick({ full: 3_000, quick: 1_000, smoke: 20 });
    const rounds = bench.pick({ full: 5, quick: 3, smoke: 1 });
    const [ours, plainjob, bunqueue]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      const board = await buildReadyBoard(bench, count);
      ours.push((await workOneByOne(board, count, "NORMAL")).pairsPerS);
      plainjob.push(await plainjobPairsPerS(bench, count));
      bunqueue.push(await bunqueuePairsPerS(bench, count));
    }

    const startRounds = bench.pick({ full: 3, quick: 2, smoke: 1 });
    const starts = bench.pick({ full: 50, quick: 15, smoke: 1 });
    const plainjobStarts = bench.pick({ full: 20, quick: 5, smoke: 1 });
    const [oursMs, plainjobMs, bunqueueMs]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < startRounds; round++) {
      const samples = await createAndStart(bench, starts);
      oursMs.push(median(samples.map((sample) => sample.sinceAcknowledgedMs)));
      plainjobMs.push(median(await plainjobStartsMs(bench, plainjobStarts)));
      bunqueueMs.push(median(await bunqueueStartsMs(bench, starts)));
    }
    return [
      rateRow("plainjob", ours, plainjob),
      rateRow("bunqueue", ours, bunqueue),
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

function rateRow(peer: string, ours: readonly number[], theirs: readonly number[]): Row {
  const figure: Figure = { name: "claim + complete", unit: "pairs/s", rounds: ours };
  const yardstick: Figure = { name: peer, unit: "pairs/s", rounds: theirs };
  return {
    id: `B16 ${peer}`,
    what: `claim + complete, against ${peer}, both at synchronous=NORMAL`,
    ours: figure,
    yardstick,
    ratio: ratios(figure, yardstick),
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
    ratio: ratios(figure, yardstick),
    judged: "ratio",
    limit: { is: "at most", must: 1, stretch: null, unit: "×" },
    notes: [note],
  };
}
