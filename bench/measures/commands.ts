import { buildExecutable } from "../../build/executable.ts";
import { buildPackageFiles } from "../../build/package-files.ts";
import { requireTarget } from "../../build/targets.ts";
import type { Bench } from "../bench.ts";
import type { BenchHome } from "../boards/bench-home.ts";
import { processMs } from "../boards/board-process.ts";
import type { Measure } from "../measure.ts";
import type { Figure, Row } from "../row.ts";
import { median } from "../samples.ts";

const bare = [process.execPath, "-e", "0"];

interface Command {
  readonly id: string;
  readonly what: string;
  readonly words: readonly string[];
  readonly limit: { readonly must: number; readonly stretch: number };
}

const measured: readonly Command[] = [
  {
    id: "B13",
    what: "`kanbun list --limit 50`",
    words: ["list", "--limit", "50"],
    limit: { must: 4, stretch: 2.5 },
  },
  {
    id: "B14",
    what: "`kanbun dispatch`, nothing to do",
    words: ["dispatch"],
    limit: { must: 5, stretch: 3 },
  },
];

/** Commands as people and timers run them: whole processes, on a large board; as the npm package has them, and as one executable. */
export const commands: Measure = {
  ids: ["B13", "B14"],
  async run(bench, tickBoards) {
    const size = bench.pick({ full: 100_000, quick: 100_000, smoke: 1_000 });
    const rounds = bench.pick({ full: 9, quick: 5, smoke: 1 });
    const perRound = bench.pick({ full: 9, quick: 5, smoke: 1 });
    const board = await tickBoards.get(size);
    const packaged = [process.execPath, await buildPackageFiles(bench.makeFolder())];
    const executable = await makeExecutable(bench);
    const sides = [
      bare,
      ...measured.map(({ words }) => [...packaged, ...words]),
      ...(executable === null ? [] : measured.map(({ words }) => [executable, ...words])),
    ];
    const [bares = [], ...ours] = await inTurn(sides, { rounds, perRound, board });
    const yardstick: Figure = { name: "`bun -e 0`", unit: "ms", rounds: bares };
    const tasks = `${size.toLocaleString("en")} tasks, whole process`;
    return ours.map((values, at) => {
      const command = measured[at % measured.length] as Command;
      const isExecutable = at >= measured.length;
      const id = isExecutable ? `${command.id} executable` : command.id;
      const what = `${command.what}, ${tasks}${isExecutable ? ", one executable" : ", the npm package"}`;
      return makeRow({ ...command, id, what }, values, yardstick);
    });
  },
};

/** null where it can't be built: Bun may have to load its bare runtime for it. */
async function makeExecutable(bench: Bench): Promise<string | null> {
  const platform = process.platform === "darwin" ? "macos" : process.platform;
  try {
    return await buildExecutable(requireTarget(`${platform}-${process.arch}`), bench.makeFolder());
  } catch (error) {
    bench.say(`no executable: ${(error as Error).message}`);
    return null;
  }
}

/** The medians of each side, by rounds. */
async function inTurn(
  sides: readonly (readonly string[])[],
  how: { readonly rounds: number; readonly perRound: number; readonly board: BenchHome },
): Promise<number[][]> {
  const medians: number[][] = sides.map(() => []);
  for (let round = 0; round < how.rounds; round++) {
    const values: number[][] = sides.map(() => []);
    for (let turn = 0; turn < how.perRound; turn++)
      for (const [at, side] of sides.entries()) values[at]?.push(await processMs(side, how.board));
    for (const [at, of] of values.entries()) medians[at]?.push(median(of));
  }
  return medians;
}

function makeRow({ id, what, limit }: Command, rounds: readonly number[], yardstick: Figure): Row {
  const ours: Figure = { name: id, unit: "ms", rounds };
  return {
    id,
    what,
    ours,
    yardstick,
    judged: "ratio",
    limit: { is: "at most", unit: "×", ...limit },
    notes: [],
  };
}
