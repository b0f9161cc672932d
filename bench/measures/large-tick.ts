import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { requireDelivered } from "../boards/delivery.ts";
import { buildReadyBoard } from "../boards/ready-board.ts";
import { startNobody } from "../boards/stub-start.ts";
import type { Measure } from "../measure.ts";
import { type Figure, ratios } from "../row.ts";
import { median, timeOnce } from "../samples.ts";
import { bareClaimsMs } from "../yardsticks/bare-claims.ts";
import { RawTable } from "../yardsticks/raw-sqlite.ts";

/** One tick that claims everything on a board where nothing but ready tasks is. */
export const largeTick: Measure = {
  ids: ["B3"],
  async run(bench) {
    const count = bench.pick({ full: 10_000, quick: 10_000, smoke: 50 });
    const rounds = bench.pick({ full: 7, quick: 3, smoke: 1 });
    const ours: number[] = [];
    const raw: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push((count / (await oneTickMs())) * 1000);
      raw.push((count / (await rawMs())) * 1000);
      bare.push((count / bareClaimsMs(await buildReadyBoard(bench, count))) * 1000);
    }

    async function oneTickMs(): Promise<number> {
      const board = await buildReadyBoard(bench, count, `[dispatch]\nmax_in_progress = ${count}\n`);
      const started = new Set<string>();
      const dispatcher = new Dispatcher(board.context, {
        startWorkers: startNobody(({ taskId }) => started.add(taskId)),
      });
      await dispatcher.tick({ max: 0 });
      const elapsedMs = await timeOnce(() => dispatcher.tick());
      dispatcher.close();
      requireDelivered(board, count, "running");
      if (started.size !== count) throw new Error(`${started.size} of ${count} tasks were started`);
      return elapsedMs;
    }

    async function rawMs(): Promise<number> {
      using table = new RawTable(bench);
      table.insertMany(count);
      return timeOnce(() => {
        table.updateMany(1, count, 1);
        table.insertMany(count);
      });
    }

    const rate: Figure = { name: "one tick", unit: "tasks/s", rounds: ours };
    const yardstick: Figure = {
      name: "raw: one row changed and one inserted per task, two transactions in all",
      unit: "tasks/s",
      rounds: raw,
    };
    const bareRate: Figure = { ...yardstick, name: "the same rows, bare", rounds: bare };
    return [
      {
        id: "B3",
        what: `one tick over ${count.toLocaleString("en")} ready tasks, spawn stubbed`,
        ours: rate,
        yardstick,
        judged: "ours",
        limit: { is: "at least", must: 40_000, stretch: 100_000, unit: "tasks/s" },
        notes: [
          `${Math.round(median(bare)).toLocaleString("en")} tasks/s for the same rows by bare statements without a check: a tick is at ${Math.round(100 * median(ratios(rate, bareRate)))} % of that`,
        ],
      },
    ];
  },
};
