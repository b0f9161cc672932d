import { readdirSync, readFileSync } from "node:fs";
import type { Bench } from "../bench.ts";
import type { BenchHome } from "../boards/bench-home.ts";
import { Resident } from "../boards/resident.ts";
import { CannotMeasure, type Measure } from "../measure.ts";
import { type Figure, ratios } from "../row.ts";
import { median } from "../samples.ts";

/** How long a resident is left alone before it is looked at: after five seconds without work it has given back what it no longer needs. */
const restMs = { full: 7_000, quick: 7_000, smoke: 200 };
/** And before it idles: Bun collects what is no longer used once a second until nothing has changed for half a minute. */
const idleRestMs = { full: 40_000, quick: 30_000, smoke: 200 };
/** From one look at the time that an idle one has used to the next. */
const idleWindowMs = { full: 20_000, quick: 5_000, smoke: 200 };

/** What a resident takes while it has nothing to do: memory above bare Bun, and time. */
export const memory: Measure = {
  ids: ["B15"],
  async run(bench, tickBoards) {
    if (process.platform !== "linux") throw new CannotMeasure("it reads /proc");
    const size = bench.pick({ full: 100_000, quick: 100_000, smoke: 1_000 });
    const rounds = bench.pick({ full: 5, quick: 3, smoke: 1 });
    const board = await tickBoards.get(size);
    const [residents, bares, above, own]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let round = 0; round < rounds; round++) {
      const bareMb = await bareBunMb();
      await using resident = await Resident.start(bench, board);
      await Bun.sleep(bench.pick(restMs));
      const residentMb = rssMb(resident.pid);
      own.push(rssMb(resident.pid, "RssAnon"));
      residents.push(residentMb);
      bares.push(bareMb);
      above.push(residentMb - bareMb);
    }
    const cores = await idlePercents(bench, board, rounds);
    const ours: Figure = { name: "resident above bare Bun", unit: "MB", rounds: above };
    const bare: Figure = { name: "resident memory of bare Bun", unit: "MB", rounds: bares };
    const whole: Figure = { name: "resident", unit: "MB", rounds: residents };
    return [
      {
        id: "B15",
        what: `memory of a resident, ${size.toLocaleString("en")} tasks, above bare Bun`,
        ours,
        yardstick: bare,
        ratio: ratios(whole, bare),
        judged: "ours",
        limit: { is: "at most", must: 30, stretch: 15, unit: "MB" },
        notes: [
          `in all ${median(residents).toFixed(1)} MB, the ratio is of the whole; ${median(own).toFixed(1)} MB are its own, the rest files that all programs of Bun share`,
        ],
      },
      {
        id: "B15 idle",
        what: "processor time of an idle resident, of one core",
        ours: { name: "idle", unit: "%", rounds: cores },
        yardstick: null,
        judged: "ours",
        limit: { is: "at most", must: 0.5, stretch: null, unit: "%" },
        notes: [`from ${bench.pick(idleRestMs) / 1000} s after its first tick on`],
      },
    ];
  },
};

async function bareBunMb(): Promise<number> {
  const child = Bun.spawn([process.execPath, "-e", 'console.log("there"); setInterval(() => {}, 60_000)'], {
    stdin: "ignore",
    stdout: "pipe",
  });
  try {
    await child.stdout.getReader().read();
    await Bun.sleep(200);
    return rssMb(child.pid);
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
}

function rssMb(pid: number, part = "VmRSS"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const [, kb] = new RegExp(`^${part}:\\s+(\\d+) kB$`, "m").exec(status) ?? [];
  return Number(kb) / 1024;
}

/** Of one core, for each round. */
async function idlePercents(bench: Bench, board: BenchHome, rounds: number): Promise<number[]> {
  await using resident = await Resident.start(bench, board);
  await Bun.sleep(bench.pick(idleRestMs));
  const percents: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [before, startedAt] = [readThreadsMs(resident.pid), performance.now()];
    await Bun.sleep(bench.pick(idleWindowMs));
    const after = readThreadsMs(resident.pid);
    // A thread that ended meanwhile takes what it used with it.
    const usedMs = [...after].reduce((sum, [thread, ms]) => sum + ms - (before.get(thread) ?? 0), 0);
    percents.push((usedMs / (performance.now() - startedAt)) * 100);
  }
  return percents;
}

/** Of each thread; counted in nanoseconds, where /proc/<pid>/stat has steps of 10 ms. @see sched-stats of the kernel's documentation */
function readThreadsMs(pid: number): ReadonlyMap<string, number> {
  const read = (thread: string) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8");
  return new Map(
    readdirSync(`/proc/${pid}/task`).map((thread) => [thread, Number(read(thread).split(" ")[0]) / 1e6]),
  );
}
