import { join } from "node:path";
import { tryLockFile } from "../../native-shims/index.ts";
import { DispatchLock } from "../../src/dispatcher/dispatch-lock.ts";
import { makeHome } from "../boards/bench-home.ts";
import type { Measure } from "../measure.ts";
import { type Figure, ratios } from "../row.ts";
import { median, percentile, timeCalls } from "../samples.ts";
import { rawFlock } from "../yardsticks/raw-flock.ts";

/** The file lock by itself, and with the note that names its holder. */
export const lock: Measure = {
  ids: ["B11"],
  async run(bench) {
    const limits = { calls: bench.pick({ full: 20_000, quick: 10_000, smoke: 100 }), budgetMs: 2_000 };
    const rounds = bench.pick({ full: 9, quick: 5, smoke: 1 });
    const path = join(bench.makeFolder(), "bench.lock");
    const flock = rawFlock();
    const { database } = await makeHome(bench);
    const noted = new DispatchLock(database);
    const ours: number[] = [];
    const withNote: number[] = [];
    const raw: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await p50Us(() => tryLockFile(path)?.release()));
      raw.push(await p50Us(() => flock(path)));
      withNote.push(await p50Us(() => noted.try(Date.now)?.release()));
    }

    async function p50Us(call: () => void): Promise<number> {
      return percentile(await timeCalls(call, limits), 0.5) * 1000;
    }

    const figure: Figure = { name: "acquire and release", unit: "µs", rounds: ours };
    const yardstick: Figure = { name: "raw: open, flock, unlock, close", unit: "µs", rounds: raw };
    return [
      {
        id: "B11",
        what: "lock, acquire and release, p50",
        ours: figure,
        yardstick,
        ratio: ratios(figure, yardstick),
        judged: "ours",
        limit: { is: "at most", must: 5, stretch: 3, unit: "µs" },
        notes: [`the dispatch lock, with a note of who holds it: ${median(withNote).toFixed(1)} µs`],
      },
    ];
  },
};
