import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import type { BenchHome } from "../boards/bench-home.ts";
import { environmentOf, kanbunCommand } from "../boards/board-process.ts";
import { buildReadyBoard } from "../boards/ready-board.ts";
import { CannotMeasure, type Measure } from "../measure.ts";
import type { Figure, Row } from "../row.ts";

/** Texts that are not shown are not read. */
export const listMemory: Measure = {
  ids: ["B19"],
  run: async (bench) => [await measureList(bench)],
};

async function measureList(bench: Bench): Promise<Row> {
  if (process.platform !== "linux") throw new CannotMeasure("it reads /proc");
  const rounds = bench.pick({ full: 5, quick: 3, smoke: 1 });
  const { tasks, bodyBytes } = bench.pick({
    full: { tasks: 300, bodyBytes: 4 * 1024 * 1024 },
    quick: { tasks: 300, bodyBytes: 4 * 1024 * 1024 },
    smoke: { tasks: 5, bodyBytes: 65_536 },
  });
  const board = await buildReadyBoard(bench, tasks);
  growBodies(board, bodyBytes);
  const [lists, bares]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    bares.push(await peakMb(["-e", "0"], board));
    lists.push(await peakMb([...kanbunCommand.slice(1), "list"], board));
  }
  const ours: Figure = { name: "`kanbun list`", unit: "MB", rounds: lists };
  const yardstick: Figure = { name: "`bun -e 0`", unit: "MB", rounds: bares };
  return {
    id: "B19",
    what: `memory of \`kanbun list\`, ${tasks} tasks with bodies of ${Math.round(bodyBytes / 1024)} kB, at its peak`,
    ours,
    yardstick,
    judged: "ours",
    limit: { is: "at most", must: 150, stretch: 100, unit: "MB" },
    notes: [],
  };
}

function growBodies({ database }: BenchHome, bytes: number): void {
  const db = new Database(database, { strict: true });
  try {
    db.run("UPDATE tasks SET body = printf('%.*c', ?, 'x')", [bytes]);
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    db.close();
  }
}

/** How much memory a program had at most that Bun ran with these words. */
async function peakMb(words: readonly string[], board: BenchHome): Promise<number> {
  const command = [
    process.execPath,
    "--preload",
    join(import.meta.dir, "../boards/peak-memory-program.ts"),
    ...words,
  ];
  const child = Bun.spawn(command, {
    env: environmentOf(board),
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const said = await child.stderr.text();
  if ((await child.exited) !== 0) throw new Error(`${words.join(" ")} failed: ${said}`);
  return Number(said.trim().split("\n").at(-1)) / 1_000;
}
