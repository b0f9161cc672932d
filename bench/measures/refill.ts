import { Database } from "bun:sqlite";
import type { Bench } from "../bench.ts";
import { buildReadyBoard } from "../boards/ready-board.ts";
import { Resident } from "../boards/resident.ts";
import { makeReady } from "../boards/task-rows.ts";
import { nowMs, type Stamped, TimePipe } from "../boards/time-pipe.ts";
import type { Measure } from "../measure.ts";
import type { Figure, Row } from "../row.ts";
import { median, percentile } from "../samples.ts";
import { BareShims } from "../yardsticks/bare-shim.ts";

const atOnce = 4;

/** From the end of a worker to the first line of the one that takes its slot, with all slots full and much to do. */
export const refill: Measure = {
  ids: ["B6"],
  async run(bench) {
    const count = bench.pick({ full: 300, quick: 100, smoke: 12 });
    const rounds = bench.pick({ full: 3, quick: 3, smoke: 1 });
    const [ended, killed, bare]: [number[][], number[][], number[][]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      ended.push(await refillsMs(bench, count, "ended"));
      bare.push(await bareRefillsMs(bench, count));
      killed.push(await refillsMs(bench, Math.ceil(count / 2), "killed"));
    }
    const yardstick: Figure = {
      name: "the bare start shim, by whoever waits for it",
      unit: "ms",
      rounds: bare.map((round) => percentile(round, 0.99)),
    };
    return [
      makeRow("B6", "a worker's own last line", ended, yardstick),
      makeRow("B6 killed", "SIGKILL of a worker", killed, yardstick),
    ];
  },
};

function makeRow(id: string, from: string, refills: readonly number[][], yardstick: Figure): Row {
  const rounds = refills.map((round) => percentile(round, 0.99));
  const ours: Figure = { name: "p99", unit: "ms", rounds };
  return {
    id,
    what: `${from}, to the first line of the one that takes its slot; ${atOnce} at once, p99`,
    ours,
    yardstick,
    judged: "ours",
    limit: { is: "at most", must: 30, stretch: 10, unit: "ms" },
    notes: [`p50: ${median(refills.map((round) => median(round))).toFixed(1)} ms`],
  };
}

/** Says that it is there, works for a while, and says that it goes; lifetimes differ, so that slots free one by one. */
function worker(pipe: TimePipe): string {
  return `${pipe.writing("start $$")}; sleep "0.0$((40 + $$ % 41))"; ${pipe.writing("end $$")}`;
}

/** Waits to be killed. */
function victim(pipe: TimePipe): string {
  return `${pipe.writing("start $$")}; exec sleep 60`;
}

async function refillsMs(bench: Bench, count: number, how: "ended" | "killed"): Promise<number[]> {
  const pipe = new TimePipe(bench);
  const script = how === "ended" ? worker(pipe) : victim(pipe);
  const command = JSON.stringify(["sh", "-c", script]);
  const config = `[dispatch]\nmax_in_progress = ${atOnce}\n[profiles.shell]\ncommand = ${command}\nmax_retries = 1\n`;
  const board = await buildReadyBoard(bench, count, config, "blocked");
  await using _resident = await Resident.start(bench, board);
  const db = new Database(board.database);
  db.run("PRAGMA busy_timeout = 10000");
  makeReady(db);
  db.close();
  const ends = how === "ended" ? null : await killOneByOne(pipe, count);
  await pipe.until(({ words }) => words[0] === "start", count);
  if (ends === null) await pipe.until(({ words }) => words[0] === "end", count);
  const pids = new Set(startsOf(pipe).map(({ words }) => words[1]));
  if (startsOf(pipe).length !== count || pids.size !== count) throw new Error("a task was started twice");
  return gapsMs(
    startsOf(pipe),
    ends ?? pipe.lines.filter(({ words }) => words[0] === "end").map(({ atMs }) => atMs),
  );
}

const startsOf = (pipe: TimePipe): readonly Stamped[] =>
  pipe.lines.filter(({ words }) => words[0] === "start");

/** Each as soon as all slots are full; when the kills were sent. */
async function killOneByOne(pipe: TimePipe, count: number): Promise<number[]> {
  const kills: number[] = [];
  for (let started = atOnce; started <= count; started++) {
    await pipe.until(({ words }) => words[0] === "start", started);
    await Bun.sleep(10 + Math.random() * 20);
    const pid = Number(startsOf(pipe)[kills.length]?.words[1]);
    kills.push(nowMs());
    process.kill(pid, "SIGKILL");
  }
  for (const { words } of startsOf(pipe).slice(kills.length)) process.kill(Number(words[1]), "SIGKILL");
  return kills;
}

/** Each end frees one slot, and the next start takes one: the first that are as many as there are slots took free ones. */
function gapsMs(starts: readonly Stamped[], endsMs: readonly number[]): number[] {
  return starts.slice(atOnce).map(({ atMs }, index) => atMs - (endsMs[index] ?? Number.NaN));
}

async function bareRefillsMs(bench: Bench, count: number): Promise<number[]> {
  const pipe = new TimePipe(bench);
  const shims = new BareShims(bench, count);
  await shims.runAll(() => ["/bin/sh", "-c", worker(pipe)], atOnce);
  await pipe.until(({ words }) => words[0] === "end", count);
  return gapsMs(
    startsOf(pipe),
    pipe.lines.filter(({ words }) => words[0] === "end").map(({ atMs }) => atMs),
  );
}
