import { join } from "node:path";
import { openLockFile, tryLockFile } from "../../native-shims/index.ts";
import { DispatchLock } from "../../src/dispatcher/dispatch-lock.ts";
import { makeHome } from "../boards/bench-home.ts";
import type { Measure } from "../measure.ts";
import type { Figure } from "../row.ts";
import { median, percentile, timeInTurn } from "../samples.ts";
import { RawFlock } from "../yardsticks/raw-flock.ts";

/** The file lock as a dispatcher takes it again and again, beside flock(2) itself on a file that is open. */
export const lock: Measure = {
  ids: ["B11"],
  async run(bench) {
    const rounds = bench.pick({ full: 9, quick: 5, smoke: 1 });
    const path = join(bench.makeFolder(), "bench.lock");
    const { context } = await makeHome(bench);
    using raw = new RawFlock(path);
    using file = openLockFile(`${path}2`);
    const noted = new DispatchLock(context.place);
    const calls = {
      ours: () => file.tryLock()?.release(),
      raw: () => raw.lockAndUnlock(),
      once: () => tryLockFile(`${path}3`)?.release(),
      noted: () => noted.try(Date.now)?.release(),
    };
    const subjects = Object.values(calls).map((call) => ({ call }));
    const limits = { calls: bench.pick({ full: 20_000, quick: 10_000, smoke: 100 }), budgetMs: 2_000 };
    const us: { [name in keyof typeof calls]: number[] } = { ours: [], raw: [], once: [], noted: [] };
    for (let round = 0; round < rounds; round++) {
      const [ours, flock, once, withNote] = (await timeInTurn(subjects, limits)).map(p50Us);
      us.ours.push(ours ?? Number.NaN);
      us.raw.push(flock ?? Number.NaN);
      us.once.push(once ?? Number.NaN);
      us.noted.push(withNote ?? Number.NaN);
    }
    noted.close();

    const figure: Figure = { name: "acquire and release", unit: "µs", rounds: us.ours };
    const yardstick: Figure = { name: "raw: flock twice, of an open file", unit: "µs", rounds: us.raw };
    return [
      {
        id: "B11",
        what: "lock, acquire and release, p50",
        ours: figure,
        yardstick,
        judged: "ours",
        limit: { is: "at most", must: 5, stretch: 3, unit: "µs" },
        notes: [
          `${median(us.once).toFixed(1)} µs where the file is opened for it and closed`,
          `${median(us.noted).toFixed(1)} µs with a note of who holds it, as a tick takes it`,
        ],
      },
    ];
  },
};

function p50Us(timesMs: readonly number[]): number {
  return percentile(timesMs, 0.5) * 1000;
}
