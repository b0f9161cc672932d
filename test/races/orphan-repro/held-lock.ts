import { readdirSync, readFileSync, statSync } from "node:fs";
import type { TickReport } from "../../../src/dispatcher/report/report.ts";
import { eventually } from "../../support/eventually.ts";
import type { Arena } from "./arena.ts";
import { Commanded } from "./commanded.ts";
import { type Measure, mustBe, mustBeAtLeast, type PartResult, told } from "./measure.ts";
import { startStranger } from "./stranger.ts";
import type { Wards } from "./wards.ts";
import { createQuickTasks } from "./workload.ts";

const tasksEach = 3;

/** While another process only holds the lock, dispatches skip and write nothing; after release the next one runs. */
export async function holdLock(arena: Arena, wards: Wards): Promise<PartResult> {
  const startedAt = performance.now();
  // The first one keeps its connection, and with it the write-ahead log, which is then there to be watched.
  const first = Commanded.dispatcher(arena.home, wards);
  const second = Commanded.dispatcher(arena.home, wards);
  const dispatchers = [first, second];

  await makeReadyTasks(arena);
  const before = await runUntilDone(arena, first, tasksEach);
  await makeReadyTasks(arena);
  const stranger = await startStranger(`${arena.paths.database}.dispatch.lock`, wards);
  const byStranger = await skipAll(arena, dispatchers, "a stranger's");
  await stranger.process.leave();
  const afterStranger = await runUntilDone(arena, second, 2 * tasksEach);

  await makeReadyTasks(arena);
  const holder = Commanded.dispatcher(arena.home, wards);
  const isHeld = (await holder.ask("hold")) === "true";
  const byOurs = await skipAll(arena, dispatchers, "our own");
  await holder.ask("release");
  const afterOurs = await runUntilDone(arena, first, 3 * tasksEach);
  for (const process of [...dispatchers, holder]) await process.leave();

  return {
    part: "held-lock",
    shows: "who loses the lock says so and changes no byte; after release it runs",
    measures: [
      mustBe("workers spawned before", before, tasksEach),
      told("the stranger", stranger.program),
      ...byStranger.measures,
      // A stranger does not say who it is, and whoever had the lock before it would be the wrong one to blame.
      mustBe("holders they name", byStranger.holders.filter((pid) => pid !== null).length, 0),
      mustBe("workers spawned after release", afterStranger, tasksEach),
      mustBe("our own holder has it", isHeld, true),
      ...byOurs.measures,
      mustBe(
        "they name its process",
        byOurs.holders.every((pid) => pid === holder.ref.pid),
        true,
      ),
      mustBe("workers spawned after release", afterOurs, tasksEach),
    ],
    findings: [...byStranger.findings, ...byOurs.findings],
    durationMs: performance.now() - startedAt,
  };
}

async function makeReadyTasks(arena: Arena): Promise<void> {
  await using store = await arena.open("write");
  await createQuickTasks(store, tasksEach);
}

/** Ticks until so many workers have ended since the beginning; how many tasks were started, one whose shim came too late but once. */
async function runUntilDone(arena: Arena, dispatcher: Commanded, total: number): Promise<number> {
  const started = new Set<string>();
  await eventually(`${total} tasks are done`, async () => {
    const report = await dispatcher.tick();
    for (const { taskId: task } of report.spawned) started.add(task);
    return report.held.length === 0 && report.spawned.length === 0 && countEnded(arena) === total;
  });
  return started.size;
}

async function skipAll(arena: Arena, dispatchers: readonly Commanded[], whose: string) {
  const filesBefore = describeFiles(arena);
  const begunBefore = countRuns(arena);
  const reports: TickReport[] = [];
  for (let round = 0; round < 5; round++)
    for (const dispatcher of dispatchers) reports.push(await dispatcher.tick());
  const filesAfter = describeFiles(arena);
  const changed = filesAfter.filter((file, index) => file !== filesBefore[index]);
  const measures: Measure[] = [
    mustBe(
      `skips under ${whose} lock`,
      reports.filter((report) => report.skippedLocked).length,
      reports.length,
    ),
    mustBe("workers spawned", reports.flatMap((report) => report.spawned).length, 0),
    mustBe("run folders made", countRuns(arena) - begunBefore, 0),
    mustBeAtLeast("bytes watched (database, -wal)", countBytes(arena), 1),
    mustBe("database files changed", changed.length, 0),
  ];
  const holders = reports.map((report) => report.holder?.pid ?? null);
  return { measures, holders, findings: changed.map((file) => `changed to ${file}`) };
}

// By path, and therefore never in a process that has the database open: to close a file drops its POSIX locks.
function describeFiles({ paths }: Arena): string[] {
  return [paths.database, `${paths.database}-wal`].map((path) => {
    const { size, mtimeNs } = statSync(path, { bigint: true });
    return `${path}: ${size} bytes of ${mtimeNs}, ${Bun.hash(readFileSync(path)).toString(16)}`;
  });
}

function countBytes({ paths }: Arena): number {
  return statSync(paths.database).size + statSync(`${paths.database}-wal`).size;
}

function countRuns({ paths }: Arena): number {
  return readdirSync(paths.runs).length;
}

function countEnded(arena: Arena): number {
  return arena.workers.read().filter(([verb]) => verb === "end").length;
}
