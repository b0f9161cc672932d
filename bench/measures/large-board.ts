import type { Bench } from "../bench.ts";
import type { BenchHome } from "../boards/bench-home.ts";
import { buildReadyBoard } from "../boards/ready-board.ts";
import { environmentOf, kanbunCommand } from "../boards/resident.ts";
import type { Measure } from "../measure.ts";
import { type Figure, type Row, ratios } from "../row.ts";
import { timeOnce } from "../samples.ts";

const bare = [process.execPath, "-e", "0"];

const measured = [
  { id: "B17", what: "`kanbun status`", words: ["status"] },
  { id: "B18", what: "`kanbun dispatch --max 0`", words: ["dispatch", "--max", "0"] },
] as const;

/** By the number of ready tasks, of which few or none are shown: whole processes, milliseconds. */
const sizes = [
  { count: 2_000, must: 500, stretch: 250 },
  { count: 20_000, must: 700, stretch: 350 },
  { count: 200_000, must: 2_500, stretch: 1_200 },
] as const;

/** What people type on boards that have grown: it must cost what is shown, or at worst what is there, and never more. */
export const largeBoard: Measure = {
  ids: ["B17", "B18"],
  async run(bench) {
    const rows: Row[] = [];
    for (const size of sizes) rows.push(...(await rowsOf(bench, size)));
    return rows;
  },
};

async function rowsOf(bench: Bench, { count, must, stretch }: (typeof sizes)[number]): Promise<Row[]> {
  const rounds = bench.pick({ full: 7, quick: 3, smoke: 1 });
  const tasks = bench.pick({ full: count, quick: count, smoke: count / 1_000 });
  const board = await buildReadyBoard(bench, tasks);
  const sides = [bare, ...measured.map(({ words }) => [...kanbunCommand, ...words])];
  const times: number[][] = sides.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [at, side] of sides.entries()) times[at]?.push(await elapsedMs(side, board));
  const yardstick: Figure = { name: "`bun -e 0`", unit: "ms", rounds: times[0] ?? [] };
  return measured.map(({ id, what }, at) => {
    const ours: Figure = { name: id, unit: "ms", rounds: times[at + 1] ?? [] };
    return {
      id: `${id} ${count / 1_000}k`,
      what: `${what}, ${tasks.toLocaleString("en")} ready tasks, whole process`,
      ours,
      yardstick,
      ratio: ratios(ours, yardstick),
      judged: "ours",
      limit: { is: "at most", must, stretch, unit: "ms" },
      notes: [],
    };
  });
}

function elapsedMs(command: readonly string[], board: BenchHome): Promise<number> {
  return timeOnce(async () => {
    const child = Bun.spawn([...command], {
      env: environmentOf(board),
      stdin: "ignore",
      stdout: "ignore",
      stderr: "inherit",
    });
    if ((await child.exited) !== 0) throw new Error(`${command.join(" ")} failed`);
  });
}
