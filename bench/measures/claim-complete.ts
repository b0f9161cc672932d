import { Database } from "bun:sqlite";
import type { Bench } from "../bench.ts";
import type { BenchHome } from "../boards/bench-home.ts";
import { buildReadyBoard } from "../boards/ready-board.ts";
import { SingleWorker } from "../boards/single-worker.ts";
import { addTasks, numbers, taskId } from "../boards/task-rows.ts";
import type { Measure } from "../measure.ts";
import type { Figure } from "../row.ts";
import { median, perS, timeInTurn } from "../samples.ts";
import { RawTable } from "../yardsticks/raw-sqlite.ts";

const waitingCount = 5_000;

/** Claims and completes one task after the other, each in a transaction of its own, as a person or a worker does. */
export const claimComplete: Measure = {
  ids: ["B9", "B10"],
  async run(bench) {
    const count = bench.pick({ full: 1_000, quick: 400, smoke: 10 });
    const roundCount = bench.pick({ full: 9, quick: 5, smoke: 1 });
    const rounds: Round[] = [];
    for (let round = 0; round < roundCount; round++) rounds.push(await measureRound(bench, count));
    const figure = (name: string, unit: string, pick: (round: Round) => number): Figure => {
      return { name, unit, rounds: rounds.map(pick) };
    };
    const pairs = figure("claim, then complete", "pairs/s", ({ pairsPerS }) => pairsPerS);
    const rawPairs = figure("raw: two one-row transactions", "pairs/s", ({ rawPairsPerS }) => rawPairsPerS);
    const completes = figure("complete of B9", "/s", ({ completesPerS }) => completesPerS);
    const crowded = figure("complete", "/s", ({ crowdedCompletesPerS }) => crowdedCompletesPerS);
    const claims = median(rounds.map(({ claimsPerS }) => claimsPerS));
    return [
      {
        id: "B9",
        what: "claim + complete, unbatched, one process",
        ours: pairs,
        yardstick: rawPairs,
        judged: "ratio",
        limit: { is: "at least", must: 0.6, stretch: null, unit: "×" },
        notes: [
          `claim ${Math.round(claims)}/s, complete ${Math.round(median(completes.rounds))}/s`,
          "stretch, where claim and complete are one transaction: 6,000 pairs/s",
        ],
      },
      {
        id: "B10",
        what: `complete with ${waitingCount.toLocaleString("en")} tasks waiting, against none waiting`,
        ours: crowded,
        yardstick: completes,
        judged: "ratio",
        limit: { is: "at least", must: 0.9, stretch: 1, unit: "×" },
        notes: [],
      },
    ];
  },
};

interface Round {
  readonly claimsPerS: number;
  readonly completesPerS: number;
  readonly pairsPerS: number;
  readonly crowdedCompletesPerS: number;
  readonly rawPairsPerS: number;
}

async function measureRound(bench: Bench, count: number): Promise<Round> {
  const board = await buildReadyBoard(bench, count);
  const crowdedBoard = await buildReadyBoard(bench, count);
  addWaiting(crowdedBoard, count);
  const alone = await SingleWorker.open(board);
  const crowded = await SingleWorker.open(crowdedBoard);
  using raw = new RawTable(bench);
  raw.insertMany(count);
  let id = 0;
  const rawPair = () => {
    raw.updateOne(++id, 1);
    raw.updateOne(id, 2);
  };
  const calls = [alone.claim, alone.complete, rawPair, crowded.claim, crowded.complete];
  const times = await timeInTurn(
    calls.map((call) => ({ call })),
    { calls: count, budgetMs: Number.POSITIVE_INFINITY },
  );
  alone.end();
  crowded.end();
  const [claims = [], completes = [], rawPairs = [], , crowdedCompletes = []] = times;
  return {
    claimsPerS: perS(claims),
    completesPerS: perS(completes),
    pairsPerS: perS(claims.map((time, index) => time + (completes[index] ?? Number.NaN))),
    crowdedCompletesPerS: perS(crowdedCompletes),
    rawPairsPerS: perS(rawPairs),
  };
}

/** Tasks that wait for one that is not among those that are worked on. */
function addWaiting(board: BenchHome, after: number): void {
  const db = new Database(board.database, { strict: true });
  const parent = after + 1;
  const waiting = { first: parent + 1, last: parent + waitingCount };
  const nowS = Math.floor(Date.now() / 1000);
  try {
    db.transaction(() => {
      addTasks(db, { first: parent, last: parent }, { status: "blocked", assignee: "shell", nowS });
      addTasks(db, waiting, { status: "todo", assignee: "shell", nowS });
      db.query(
        `${numbers} INSERT INTO task_links (parent_id, child_id) SELECT ${taskId(":parent")}, ${taskId("i")} FROM n`,
      ).run({ ...waiting, parent });
    }).immediate();
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    db.close();
  }
}
