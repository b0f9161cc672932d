import { Database } from "bun:sqlite";
import type { Bench } from "../bench.ts";
import { awaitConfig } from "../boards/bench-home.ts";
import { requireDelivered } from "../boards/delivery.ts";
import { buildReadyBoard } from "../boards/ready-board.ts";
import { Resident } from "../boards/resident.ts";
import { makeReady } from "../boards/task-rows.ts";
import type { Measure } from "../measure.ts";
import type { Figure } from "../row.ts";
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
    const warmUp = bench.pick({ full: 300, quick: 300, smoke: 2 });
    for (let round = 0; round < rounds; round++) {
      ours.push(await residentPerS(bench, { warmUp, count }));
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
        judged: "ratio",
        limit: { is: "at least", must: 0.6, stretch: 0.85, unit: "×" },
        notes: [`after ${warmUp} others, so that the resident is warm, as residents are`],
      },
    ];
  },
};

/** From the first claim, so that waking up is no part of it, until nothing is ready or running any more. */
async function residentPerS(
  bench: Bench,
  { warmUp, count }: { readonly warmUp: number; readonly count: number },
): Promise<number> {
  const board = await buildReadyBoard(bench, warmUp + count, config, "blocked");
  await awaitConfig(bench, board);
  await using _resident = await Resident.start(bench, board);
  const db = new Database(board.database, { strict: true });
  try {
    db.run("PRAGMA busy_timeout = 10000");
    const isOpen = db.query("SELECT 1 FROM tasks WHERE status IN ('ready', 'running') LIMIT 1");
    let endedAtMs = Number.NaN;
    for (const some of [warmUp, count]) {
      makeReady(db, some);
      while (isOpen.get() !== null) await Bun.sleep(5);
      endedAtMs = Date.now();
    }
    const elapsedMs = endedAtMs - (firstClaimMs(db, warmUp) ?? Number.NaN);
    requireDelivered(board, warmUp + count, "done");
    return (count / elapsedMs) * 1000;
  } finally {
    db.close();
  }
}

function firstClaimMs(db: Database, runsBefore: number): number | undefined {
  const claim = "SELECT claimed_at_ms AS at FROM kanbun_runs ORDER BY run_id LIMIT 1 OFFSET ?";
  const first = db.query<{ at: number }, [number]>(claim).get(runsBefore);
  return first?.at;
}
