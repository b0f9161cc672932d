import { Database } from "bun:sqlite";
import type { Bench } from "../bench.ts";
import type { BenchHome } from "../boards/bench-home.ts";
import { buildReadyBoard } from "../boards/ready-board.ts";
import { addTasks, numbers, taskId } from "../boards/task-rows.ts";
import { type WorkRates, workOneByOne } from "../boards/work-one-by-one.ts";
import type { Measure } from "../measure.ts";
import { type Figure, ratios } from "../row.ts";
import { median } from "../samples.ts";
import { RawTable } from "../yardsticks/raw-sqlite.ts";

const waitingCount = 5_000;

/** Claims and completes one task after the other, each in a transaction of its own, as a person or a worker does. */
export const claimComplete: Measure = {
  ids: ["B9", "B10"],
  async run(bench) {
    const count = bench.pick({ full: 1_000, quick: 500, smoke: 10 });
    const rounds = bench.pick({ full: 9, quick: 5, smoke: 1 });
    const alone: WorkRates[] = [];
    const crowded: WorkRates[] = [];
    const raw: number[] = [];
    for (let round = 0; round < rounds; round++) {
      raw.push(rawPairsPerS(bench, count));
      alone.push(await workOneByOne(await buildReadyBoard(bench, count), count));
      const board = await buildReadyBoard(bench, count);
      addWaiting(board, count);
      crowded.push(await workOneByOne(board, count));
    }
    const pairs: Figure = {
      name: "claim, then complete",
      unit: "pairs/s",
      rounds: alone.map((round) => round.pairsPerS),
    };
    const rawPairs: Figure = { name: "raw: two one-row transactions", unit: "pairs/s", rounds: raw };
    const complete: Figure = {
      name: "complete",
      unit: "/s",
      rounds: alone.map((round) => round.completesPerS),
    };
    const completeCrowded: Figure = {
      name: "complete",
      unit: "/s",
      rounds: crowded.map((round) => round.completesPerS),
    };
    const claims = alone.map((round) => round.claimsPerS);
    return [
      {
        id: "B9",
        what: "claim + complete, unbatched, one process",
        ours: pairs,
        yardstick: rawPairs,
        ratio: ratios(pairs, rawPairs),
        judged: "ratio",
        limit: { is: "at least", must: 0.6, stretch: null, unit: "×" },
        notes: [
          `claim ${Math.round(median(claims))}/s, complete ${Math.round(median(complete.rounds))}/s`,
          "stretch, where claim and complete are one transaction: 6,000 pairs/s",
        ],
      },
      {
        id: "B10",
        what: `complete with ${waitingCount.toLocaleString("en")} tasks waiting, against none waiting`,
        ours: completeCrowded,
        yardstick: { ...complete, name: "complete of B9" },
        ratio: ratios(completeCrowded, complete),
        judged: "ratio",
        limit: { is: "at least", must: 0.9, stretch: 1, unit: "×" },
        notes: [],
      },
    ];
  },
};

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

function rawPairsPerS(bench: Bench, count: number): number {
  using table = new RawTable(bench);
  table.insertMany(count);
  const startedAt = Bun.nanoseconds();
  for (let id = 1; id <= count; id++) {
    table.updateOne(id, 1);
    table.updateOne(id, 2);
  }
  return count / ((Bun.nanoseconds() - startedAt) / 1e9);
}
