import type { Bench } from "../bench.ts";
import { kanbunCommand, processMs } from "../boards/board-process.ts";
import { buildReadyBoard } from "../boards/ready-board.ts";
import type { Measure } from "../measure.ts";
import type { Figure, Row } from "../row.ts";

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
    for (const [at, side] of sides.entries()) times[at]?.push(await processMs(side, board));
  const yardstick: Figure = { name: "`bun -e 0`", unit: "ms", rounds: times[0] ?? [] };
  return measured.map(({ id, what }, at) => {
    const ours: Figure = { name: id, unit: "ms", rounds: times[at + 1] ?? [] };
    return {
      id: `${id} ${count / 1_000}k`,
      what: `${what}, ${tasks.toLocaleString("en")} ready tasks, whole process`,
      ours,
      yardstick,
      judged: "ours",
      limit: { is: "at most", must, stretch, unit: "ms" },
      notes: [],
    };
  });
}
