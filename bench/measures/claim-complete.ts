import { Database } from "bun:sqlite";
import { thisHost } from "../../src/dispatcher/host.ts";
import type { BoardStore } from "../../src/store/store.ts";
import type { Bench } from "../bench.ts";
import { type BenchHome, openStore, person } from "../boards/bench-home.ts";
import { requireDelivered } from "../boards/delivery.ts";
import { buildReadyBoard } from "../boards/ready-board.ts";
import { addTasks, numbers, taskId } from "../boards/task-rows.ts";
import type { Measure } from "../measure.ts";
import { type Figure, ratios } from "../row.ts";
import { median } from "../samples.ts";
import { RawTable } from "../yardsticks/raw-sqlite.ts";

const lease = { host: thisHost(), leaseMs: 3_600_000 };
const waitingCount = 5_000;

interface Times {
  readonly claims: number[];
  readonly completes: number[];
  readonly pairs: number[];
}

/** Claims and completes one task after the other, each in a transaction of its own, as a person or a worker does. */
export const claimComplete: Measure = {
  ids: ["B9", "B10"],
  async run(bench) {
    const count = bench.pick({ full: 1_000, quick: 500, smoke: 10 });
    const rounds = bench.pick({ full: 9, quick: 5, smoke: 1 });
    const alone = makeTimes();
    const crowded = makeTimes();
    const raw: number[] = [];
    for (let round = 0; round < rounds; round++) {
      raw.push(rawPairsPerS(bench, count));
      await work(await buildReadyBoard(bench, count), count, alone);
      const board = await buildReadyBoard(bench, count);
      addWaiting(board, count);
      await work(board, count, crowded);
    }
    const pairs: Figure = { name: "claim, then complete", unit: "pairs/s", rounds: alone.pairs };
    const rawPairs: Figure = { name: "raw: two one-row transactions", unit: "pairs/s", rounds: raw };
    const complete: Figure = { name: "complete", unit: "/s", rounds: alone.completes };
    const completeCrowded: Figure = { name: "complete", unit: "/s", rounds: crowded.completes };
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
          `claim ${Math.round(median(alone.claims))}/s, complete ${Math.round(median(alone.completes))}/s`,
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

function makeTimes(): Times {
  return { claims: [], completes: [], pairs: [] };
}

/** One round: claims and completes all of them, and checks that each was worked on once. */
async function work(board: BenchHome, count: number, times: Times): Promise<void> {
  const ids = listReady(board);
  if (ids.length !== count) throw new Error(`${ids.length} tasks are ready, not ${count}`);
  const store = await openStore(board);
  let claimMs = 0;
  let completeMs = 0;
  try {
    for (const id of ids) {
      const { claimedMs, completedMs } = await workOne(store, id);
      claimMs += claimedMs;
      completeMs += completedMs;
    }
  } finally {
    store.close();
  }
  requireDelivered(board, count, "done");
  times.claims.push((count / claimMs) * 1000);
  times.completes.push((count / completeMs) * 1000);
  times.pairs.push((count / (claimMs + completeMs)) * 1000);
}

async function workOne(store: BoardStore, id: string) {
  const startedAt = Bun.nanoseconds();
  const claim = await store.claimTask(id, lease, person);
  const claimedAt = Bun.nanoseconds();
  const run = { runId: claim.runId, token: claim.token };
  await store.completeTask(id, { summary: "done" }, { ...person, run });
  return { claimedMs: (claimedAt - startedAt) / 1e6, completedMs: (Bun.nanoseconds() - claimedAt) / 1e6 };
}

function listReady(board: BenchHome): string[] {
  const db = new Database(board.database, { readonly: true });
  try {
    const rows = db.query<{ id: string }, []>("SELECT id FROM tasks WHERE status = 'ready'").all();
    return rows.map((row) => row.id);
  } finally {
    db.close();
  }
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
