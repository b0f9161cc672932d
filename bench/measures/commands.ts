import type { BenchHome } from "../boards/bench-home.ts";
import { environmentOf, kanbunCommand } from "../boards/resident.ts";
import type { Measure } from "../measure.ts";
import { type Figure, type Row, ratios } from "../row.ts";
import { median, timeOnce } from "../samples.ts";

const bare = [process.execPath, "-e", "0"];

/** Commands as people and timers run them: whole processes, on a large board. */
export const commands: Measure = {
  ids: ["B13", "B14"],
  async run(bench) {
    const size = bench.pick({ full: 100_000, quick: 100_000, smoke: 1_000 });
    const rounds = bench.pick({ full: 9, quick: 5, smoke: 1 });
    const perRound = bench.pick({ full: 9, quick: 5, smoke: 1 });
    const board = await bench.tickBoards.get(size);
    const [lists, dispatches, bares]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      const [list, dispatch, nothing]: [number[], number[], number[]] = [[], [], []];
      for (let turn = 0; turn < perRound; turn++) {
        nothing.push(await processMs(bare, board));
        list.push(await processMs([...kanbunCommand, "list", "--limit", "50"], board));
        dispatch.push(await processMs([...kanbunCommand, "dispatch"], board));
      }
      lists.push(median(list));
      dispatches.push(median(dispatch));
      bares.push(median(nothing));
    }
    const yardstick: Figure = { name: "`bun -e 0`", unit: "ms", rounds: bares };
    const tasks = `${size.toLocaleString("en")} tasks, whole process`;
    return [
      makeRow("B13", `\`kanbun list --limit 50\`, ${tasks}`, lists, yardstick, { must: 4, stretch: 2.5 }),
      makeRow("B14", `\`kanbun dispatch\`, nothing to do, ${tasks}`, dispatches, yardstick, {
        must: 5,
        stretch: 3,
      }),
    ];
  },
};

function makeRow(
  id: string,
  what: string,
  rounds: readonly number[],
  yardstick: Figure,
  limit: { readonly must: number; readonly stretch: number },
): Row {
  const ours: Figure = { name: id, unit: "ms", rounds };
  return {
    id,
    what,
    ours,
    yardstick,
    ratio: ratios(ours, yardstick),
    judged: "ratio",
    limit: { is: "at most", unit: "×", ...limit },
    notes: [],
  };
}

function processMs(command: readonly string[], board: BenchHome): Promise<number> {
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
