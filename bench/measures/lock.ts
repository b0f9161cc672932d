import { join } from "node:path";
import { openLockFile, tryLockFile } from "../../native-shims/index.ts";
import { DispatchLock } from "../../src/dispatcher/dispatch-lock.ts";
import type { Bench } from "../bench.ts";
import { makeHome } from "../boards/bench-home.ts";
import type { Measure } from "../measure.ts";
import { type Figure, ratios } from "../row.ts";
import { median, percentile, timeCalls } from "../samples.ts";
import { RawFlock } from "../yardsticks/raw-flock.ts";

/** The file lock as a dispatcher takes it again and again, beside flock(2) itself on a file that is open. */
export const lock: Measure = {
  ids: ["B11"],
  async run(bench) {
    const rounds = bench.pick({ full: 9, quick: 5, smoke: 1 });
    const path = join(bench.makeFolder(), "bench.lock");
    const { database } = await makeHome(bench);
    using raw = new RawFlock(path);
    using file = openLockFile(`${path}2`);
    const noted = new DispatchLock(database);
    const calls = {
      ours: () => file.tryLock()?.release(),
      raw: () => raw.lockAndUnlock(),
      once: () => tryLockFile(`${path}3`)?.release(),
      noted: () => noted.try(Date.now)?.release(),
    };
    const us: Record<keyof typeof calls, number[]> = { ours: [], raw: [], once: [], noted: [] };
    for (let round = 0; round < rounds; round++)
      for (const name of Object.keys(calls) as (keyof typeof calls)[])
        us[name].push(await p50Us(bench, calls[name]));
    noted.close();

    const figure: Figure = { name: "acquire and release", unit: "µs", rounds: us.ours };
    const yardstick: Figure = { name: "raw: flock twice, of an open file", unit: "µs", rounds: us.raw };
    return [
      {
        id: "B11",
        what: "lock, acquire and release, p50",
        ours: figure,
        yardstick,
        ratio: ratios(figure, yardstick),
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

async function p50Us(bench: Bench, call: () => void): Promise<number> {
  const calls = bench.pick({ full: 20_000, quick: 10_000, smoke: 100 });
  return percentile(await timeCalls(call, { calls, budgetMs: 2_000 }), 0.5) * 1000;
}
