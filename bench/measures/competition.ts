import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { type BenchHome, keepRunsInMemory } from "../boards/bench-home.ts";
import { requireDelivered } from "../boards/delivery.ts";
import { buildReadyBoard } from "../boards/ready-board.ts";
import type { Measure } from "../measure.ts";
import { readLines } from "../read-lines.ts";
import type { Figure } from "../row.ts";
import { median } from "../samples.ts";

const perTick = 250;

/** Several dispatchers, each a process of its own, against one alone. */
export const competition: Measure = {
  ids: ["B12"],
  async run(bench) {
    const count = bench.pick({ full: 10_000, quick: 5_000, smoke: 40 });
    const rounds = bench.pick({ full: 7, quick: 3, smoke: 1 });
    const [one, four, duplicates, shares]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let round = 0; round < rounds; round++) {
      const alone = await compete(bench, count, 1);
      const together = await compete(bench, count, 4);
      one.push(alone.perS);
      four.push(together.perS);
      shares.push(together.largestShare);
      duplicates.push(alone.duplicates + together.duplicates);
    }
    const ours: Figure = { name: "four dispatchers", unit: "tasks/s", rounds: four };
    const yardstick: Figure = { name: "one dispatcher", unit: "tasks/s", rounds: one };
    return [
      {
        id: "B12",
        what: `four dispatchers against one, ${perTick} tasks a tick from claim to done, spawn stubbed`,
        ours,
        yardstick,
        judged: "ratio",
        limit: { is: "at least", must: 0.9, stretch: 1, unit: "×" },
        notes: [
          `of the four, the busiest started ${Math.round(100 * median(shares))} % of the tasks: a loser waits 1 to 100 ms, as a resident does`,
        ],
      },
      {
        id: "B12 duplicates",
        what: "tasks that more than one of them started",
        ours: { name: "duplicates", unit: "tasks", rounds: duplicates },
        yardstick: null,
        judged: "ours",
        limit: { is: "at most", must: 0, stretch: 0, unit: "tasks" },
        notes: [],
      },
    ];
  },
};

async function compete(bench: Bench, count: number, competitors: number) {
  const board = await buildBoard(bench, count);
  const start = async () => startCompetitor(await buildBoard(bench, count / 5), board);
  const processes = await Promise.all(Array.from({ length: competitors }, start));
  const startedAtMs = performance.timeOrigin + performance.now();
  for (const { go } of processes) go();
  const ends = await Promise.all(processes.map(({ end }) => end()));
  const started = ends.flatMap((end) => end.started);
  const duplicates = started.length - new Set(started).size;
  if (duplicates === 0) requireDelivered(board, count, "done");
  const elapsedMs = Math.max(...ends.map((end) => end.lastMoveAtMs)) - startedAtMs;
  const largestShare = Math.max(...ends.map((end) => end.started.length)) / started.length;
  return { perS: (count / elapsedMs) * 1000, duplicates, largestShare };
}

async function buildBoard(bench: Bench, count: number): Promise<BenchHome> {
  const board = await buildReadyBoard(bench, count, `[dispatch]\nmax_in_progress = ${perTick}\n`);
  keepRunsInMemory(bench, board);
  return board;
}

interface End {
  readonly started: readonly string[];
  readonly lastMoveAtMs: number;
}

/** Ready to go, with its board open. */
async function startCompetitor(own: BenchHome, { home }: BenchHome) {
  const program = join(import.meta.dir, "competitor-program.ts");
  const child = Bun.spawn([process.execPath, program, own.home, home], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const lines = readLines(child.stdout);
  await lines.next();
  return {
    go() {
      child.stdin.write("go\n");
      child.stdin.end();
    },
    async end(): Promise<End> {
      const { value } = await lines.next();
      if ((await child.exited) !== 0 || typeof value !== "string") throw new Error("a dispatcher failed");
      return JSON.parse(value);
    },
  };
}
