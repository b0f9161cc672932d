import type { Bench } from "../bench.ts";
import { makeHome, openStore, person } from "../boards/bench-home.ts";
import type { Measure } from "../measure.ts";
import { type Figure, ratios } from "../row.ts";
import { timeOnce } from "../samples.ts";
import { RawTable } from "../yardsticks/raw-sqlite.ts";

/** Tasks that are created one by one, each acknowledged before the next. */
export const create: Measure = {
  ids: ["B7"],
  async run(bench) {
    const count = bench.pick({ full: 2_000, quick: 500, smoke: 10 });
    const rounds = bench.pick({ full: 9, quick: 5, smoke: 1 });
    const ours: number[] = [];
    const raw: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push((count / (await createMs(bench, count))) * 1000);
      using table = new RawTable(bench);
      const rawMs = await timeOnce(() => {
        for (let made = 0; made < count; made++) table.insertMany(1);
      });
      raw.push((count / rawMs) * 1000);
    }
    const rate: Figure = { name: "create", unit: "/s", rounds: ours };
    const yardstick: Figure = { name: "raw: one-row transactions", unit: "/s", rounds: raw };
    return [
      {
        id: "B7",
        what: "create, one acknowledged task per transaction",
        ours: rate,
        yardstick,
        ratio: ratios(rate, yardstick),
        judged: "ratio",
        limit: { is: "at least", must: 0.7, stretch: 0.9, unit: "×" },
        notes: [],
      },
    ];
  },
};

async function createMs(bench: Bench, count: number): Promise<number> {
  const board = await makeHome(bench);
  const store = await openStore(board);
  try {
    const elapsedMs = await timeOnce(async () => {
      for (let made = 0; made < count; made++)
        await store.createTask({ title: `Task ${made}`, body: `echo ${made}`, assignee: "shell" }, person);
    });
    const { tasks, byStatus } = await store.getCounts();
    if (tasks !== count || byStatus.ready !== count)
      throw new Error(`of ${count} tasks ${tasks} were created`);
    return elapsedMs;
  } finally {
    store.close();
  }
}
