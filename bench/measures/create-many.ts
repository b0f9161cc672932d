import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { makeHome, openStore } from "../boards/bench-home.ts";
import { environmentOf, kanbunCommand } from "../boards/board-process.ts";
import { CannotMeasure, type Measure } from "../measure.ts";
import type { Figure } from "../row.ts";
import { timeOnce } from "../samples.ts";
import { RawTable } from "../yardsticks/raw-sqlite.ts";

/** A file of tasks that is created whole, by the command line. */
export const createMany: Measure = {
  ids: ["B8"],
  async run(bench) {
    requireOption();
    const count = bench.pick({ full: 100_000, quick: 100_000, smoke: 100 });
    const rounds = bench.pick({ full: 5, quick: 3, smoke: 1 });
    const file = writeTasks(bench, count);
    const ours: number[] = [];
    const raw: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push((count / (await createMs(bench, file, count))) * 1000);
      using table = new RawTable(bench);
      raw.push((count / (await timeOnce(() => table.insertMany(count)))) * 1000);
    }
    const rate: Figure = { name: "`kanbun create --from`, whole process", unit: "tasks/s", rounds: ours };
    const yardstick: Figure = { name: "raw: that many one-row inserts at once", unit: "/s", rounds: raw };
    return [
      {
        id: "B8",
        what: `create from JSONL, ${count.toLocaleString("en")} tasks, whole process`,
        ours: rate,
        yardstick,
        judged: "ours",
        limit: { is: "at least", must: 60_000, stretch: 200_000, unit: "tasks/s" },
        notes: [],
      },
    ];
  },
};

function requireOption(): void {
  const { stdout } = Bun.spawnSync([...kanbunCommand, "create", "--help"]);
  if (!stdout.toString().includes("--from"))
    throw new CannotMeasure("this version has no `kanbun create --from`");
}

function writeTasks(bench: Bench, count: number): string {
  const file = join(bench.makeFolder(), "tasks.jsonl");
  const line = (index: number) =>
    JSON.stringify({ title: `Task ${index}`, body: `echo ${index}`, assignee: "shell" });
  writeFileSync(file, `${Array.from({ length: count }, (_, index) => line(index)).join("\n")}\n`);
  return file;
}

async function createMs(bench: Bench, file: string, count: number): Promise<number> {
  const board = await makeHome(bench);
  let exitCode: number | null = null;
  const elapsedMs = await timeOnce(async () => {
    const child = Bun.spawn([...kanbunCommand, "create", "--from", file], {
      env: environmentOf(board),
      stdin: "ignore",
      stdout: "ignore",
      stderr: "inherit",
    });
    exitCode = await child.exited;
  });
  const store = await openStore(board);
  const { tasks } = await store.getCounts();
  store.close();
  if (exitCode !== 0 || tasks !== count) throw new Error(`of ${count} tasks ${tasks} were created`);
  return elapsedMs;
}
