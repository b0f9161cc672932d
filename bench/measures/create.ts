import type { Bench } from "../bench.ts";
import { makeHome, openStore, person } from "../boards/bench-home.ts";
import type { Measure } from "../measure.ts";
import type { Figure } from "../row.ts";
import { perS, timeInTurn } from "../samples.ts";
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
      const { oursMs, rawMs } = await measureRound(bench, count);
      ours.push(perS(oursMs));
      raw.push(perS(rawMs));
    }
    const rate: Figure = { name: "create", unit: "/s", rounds: ours };
    const yardstick: Figure = { name: "raw: one-row transactions", unit: "/s", rounds: raw };
    return [
      {
        id: "B7",
        what: "create, one acknowledged task per transaction",
        ours: rate,
        yardstick,
        judged: "ratio",
        limit: { is: "at least", must: 0.7, stretch: 0.9, unit: "×" },
        notes: [],
      },
    ];
  },
};

async function measureRound(bench: Bench, count: number) {
  const store = await openStore(await makeHome(bench));
  using table = new RawTable(bench);
  const create = (title: string) =>
    store.createTask({ title, body: `echo ${title}`, assignee: "shell" }, person);
  let made = 0;
  try {
    const subjects = [{ call: () => create(`Task ${made++}`) }, { call: () => table.insertMany(1) }];
    const limits = { calls: count, budgetMs: Number.POSITIVE_INFINITY };
    const [oursMs = [], rawMs = []] = await timeInTurn(subjects, limits);
    const { tasks, byStatus } = await store.getCounts();
    if (tasks !== count || byStatus.ready !== count)
      throw new Error(`of ${count} tasks ${tasks} were created`);
    return { oursMs, rawMs };
  } finally {
    store.close();
  }
}
