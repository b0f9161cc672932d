import { Database } from "bun:sqlite";
import type { Bench } from "../bench.ts";
import { requireDelivered } from "../boards/delivery.ts";
import { buildReadyBoard } from "../boards/ready-board.ts";
import { Resident } from "../boards/resident.ts";
import { makeReady } from "../boards/task-rows.ts";
import type { Measure } from "../measure.ts";
import { type Figure, ratios } from "../row.ts";
import { timeOnce } from "../samples.ts";
import { BareShims } from "../yardsticks/bare-shim.ts";

const atOnce = 4;
const config = `[dispatch]\nmax_in_progress = ${atOnce}\n[profiles.shell]\ncommand = ["sh", "-c", ":"]\n`;

/** From ready to done with real workers that do nothing, by a resident, against the same shims without a board. */
export const throughput: Measure = {
  ids: ["B4"],
  async run(bench) {
    const count = bench.pick({ full: 1_000, quick: 300, smoke: 10 });
    const rounds = bench.pick({ full: 5, quick: 3, smoke: 1 });
    const ours: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await residentPerS(bench, count));
      const shims = new BareShims(bench, count);
      const bareMs = await timeOnce(() => shims.runAll(() => ["/bin/sh", "-c", ":"], atOnce));
      bare.push((count / bareMs) * 1000);
    }
    const rate: Figure = { name: "resident", unit: "tasks/s", rounds: ours };
    const yardstick: Figure = { name: "the bare start shim around `sh -c :`", unit: "/s", rounds: bare };
    return [
      {
        id: "B4",
        what: `ready to done, ${count.toLocaleString("en")} real shell workers, resident, ${atOnce} at once`,
        ours: rate,
        yardstick,
        ratio: ratios(rate, yardstick),
        judged: "ratio",
        limit: { is: "at least", must: 0.6, stretch: 0.85, unit: "×" },
        notes: [],
      },
    ];
  },
};

/** From the first claim, so that waking up is no part of it, until nothing is ready or running any more. */
async function residentPerS(bench: Bench, count: number): Promise<number> {
  const board = await buildReadyBoard(bench, count, config, "blocked");
  await using _resident = await Resident.start(bench, board);
  const db = new Database(board.database, { strict: true });
  try {
    db.run("PRAGMA busy_timeout = 10000");
    makeReady(db);
    const isOpen = db.query("SELECT 1 FROM tasks WHERE status IN ('ready', 'running') LIMIT 1");
    while (isOpen.get() !== null) await Bun.sleep(5);
    const elapsedMs = Date.now() - (firstClaimMs(db) ?? Number.NaN);
    requireDelivered(board, count, "done");
    return (count / elapsedMs) * 1000;
  } finally {
    db.close();
  }
}

function firstClaimMs(db: Database): number | undefined {
  const first = db.query<{ at: number }, []>("SELECT min(claimed_at_ms) AS at FROM kanbun_runs").get();
  return first?.at;
}
