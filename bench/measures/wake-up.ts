import type { Bench } from "../bench.ts";
import { type BenchHome, makeHome, openStore } from "../boards/bench-home.ts";
import { environmentOf, kanbunCommand } from "../boards/board-process.ts";
import { Resident } from "../boards/resident.ts";
import { nowMs, TimePipe } from "../boards/time-pipe.ts";
import type { Measure } from "../measure.ts";
import type { Figure, Row } from "../row.ts";
import { median, percentile } from "../samples.ts";
import { BareShims } from "../yardsticks/bare-shim.ts";

interface StartSample {
  /** From the instant at which `kanbun create` said the task's id. */
  readonly sinceAcknowledgedMs: number;
  /** From the start of the `kanbun create` process. */
  readonly sinceStartMs: number;
}

/** From a task that is created in one process to the first line of its worker in another; default settings. */
export const wakeUp: Measure = {
  ids: ["B5"],
  async run(bench) {
    const count = bench.pick({ full: 100, quick: 35, smoke: 2 });
    const rounds = bench.pick({ full: 3, quick: 3, smoke: 1 });
    const samples: StartSample[][] = [];
    const bare: number[][] = [];
    for (let round = 0; round < rounds; round++) {
      samples.push(await createAndStart(bench, count));
      bare.push(await startBare(bench, count));
    }
    return [0.5, 0.99].map((share) => makeRow(samples, bare, share));
  },
};

export async function createAndStart(bench: Bench, count: number): Promise<StartSample[]> {
  const board = await makeHome(bench);
  const pipe = new TimePipe(bench);
  await using _resident = await Resident.start(bench, board);
  const samples: StartSample[] = [];
  for (let made = 0; made < count; made++) {
    // Not in step with anything that happens by the clock.
    await Bun.sleep(20 + Math.random() * 60);
    samples.push(await createOne(environmentOf(board), pipe));
  }
  await requireOneRunEach(board, pipe, count);
  return samples;
}

/** @param env of the command that makes it */
export async function createOne(
  env: Readonly<Record<string, string | undefined>>,
  pipe: TimePipe,
): Promise<StartSample> {
  const startedAtMs = nowMs();
  const command = [...kanbunCommand, "create", "Tell the time", "--run", pipe.writing("$KANBUN_TASK")];
  const child = Bun.spawn(command, { env: { ...env }, stdin: "ignore", stdout: "pipe" });
  const { value } = await child.stdout.getReader().read();
  const acknowledgedAtMs = nowMs();
  const id = new TextDecoder().decode(value).trim();
  const line = await pipe.until(({ words }) => words[0] === id);
  await child.exited;
  return { sinceAcknowledgedMs: line.atMs - acknowledgedAtMs, sinceStartMs: line.atMs - startedAtMs };
}

async function requireOneRunEach(board: BenchHome, pipe: TimePipe, count: number): Promise<void> {
  const lines = pipe.lines.length;
  const store = await openStore(board);
  const { tasks, runs } = await store.getCounts();
  store.close();
  if (lines !== count || tasks !== count || runs !== count)
    throw new Error(
      `${count} tasks were created: ${tasks} are there, of ${runs} runs, ${lines} said something`,
    );
}

/** The least that it can cost: the same shim around the same shell, started by the process that wants it. */
async function startBare(bench: Bench, count: number): Promise<number[]> {
  const pipe = new TimePipe(bench);
  const shims = new BareShims(bench, count);
  const times: number[] = [];
  for (let started = 0; started < count; started++) {
    await Bun.sleep(20);
    const startedAtMs = nowMs();
    const ended = shims.start(["/bin/sh", "-c", pipe.writing(String(started))]);
    const line = await pipe.until(({ words }) => words[0] === String(started));
    times.push(line.atMs - startedAtMs);
    await ended;
  }
  return times;
}

function makeRow(samples: readonly StartSample[][], bare: readonly number[][], share: number): Row {
  const name = share === 0.5 ? "p50" : "p99";
  const of = (pick: (sample: StartSample) => number) =>
    samples.map((round) => percentile(round.map(pick), share));
  const ours: Figure = { name, unit: "ms", rounds: of((sample) => sample.sinceAcknowledgedMs) };
  const yardstick: Figure = {
    name: "the bare start shim around the same shell, by whoever wants it",
    unit: "ms",
    rounds: bare.map((round) => percentile(round, share)),
  };
  const limit =
    share === 0.5
      ? ({ is: "at most", must: 10, stretch: 4, unit: "ms" } as const)
      : ({ is: "at most", must: 30, stretch: 10, unit: "ms" } as const);
  return {
    id: `B5 ${name}`,
    what: "`kanbun create` has acknowledged, to the first line of the worker; default settings",
    ours,
    yardstick,
    judged: "ours",
    limit,
    notes: [
      `from the start of the create process: ${median(of((sample) => sample.sinceStartMs)).toFixed(1)} ms`,
      `${samples.length} rounds of ${samples[0]?.length}`,
    ],
  };
}
