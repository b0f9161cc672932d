import type { BoardStore } from "../../../src/store/store.ts";
import type { Arena } from "./arena.ts";
import { type BoardFacts, readBoardFacts } from "./board-facts.ts";
import { Crew } from "./crew.ts";
import { disturb } from "./disturbance.ts";
import { listLeftover } from "./leftover.ts";
import { type Measure, mustBe, mustBeAtLeast, type PartResult, told } from "./measure.ts";
import { openingTasks, openWithOrphan, openWithOvertaken } from "./opening.ts";
import type { Random } from "./random.ts";
import { readTickHistory, type TickHistory } from "./tick-history.ts";
import type { Wards } from "./wards.ts";
import { readWorkHistory, type WorkHistory } from "./work-history.ts";
import { createTasks } from "./workload.ts";

const openingTasksTotal = Object.values(openingTasks).reduce((sum, count) => sum + count, 0);

export interface RaceOptions {
  readonly lock: "kernel" | "none";
  /** Besides the orphan and the two fresh ones. */
  readonly dispatchers: number;
  readonly tasks: number;
  /** What the further dispatchers are started from; null: from the source. */
  readonly executable: string | null;
  /** The race is broken off then; by performance.now(). */
  readonly deadline: number;
  readonly random: Random;
  readonly wards: Wards;
  readonly onProgress: (text: string) => void;
}

/** An orphan, two fresh dispatchers that are stopped at the worst moments, and more of them, all on one board. */
export async function race(arena: Arena, options: RaceOptions): Promise<PartResult[]> {
  const startedAt = performance.now();
  const crew = new Crew(arena, {
    lock: options.lock,
    // Often enough to matter in a short race, seldom enough that a long one comes to its end.
    gapRate: Math.min(0.25, Math.max(0.02, 6 / options.tasks)),
    untilMs: Date.now() + (options.deadline - startedAt) + 5_000,
    executable: options.executable,
    random: options.random,
    wards: options.wards,
  });
  let orphan: Measure[];
  let orphanMs: number;
  const store = await arena.open("write");
  try {
    orphan = await openWithOrphan(arena, crew, store);
    orphanMs = performance.now() - startedAt;
    for (const before of ["claim", "spawn"] as const)
      await openWithOvertaken(arena, crew, { store, lock: options.lock, before });
    await compete(crew, { store, options });
  } finally {
    store.close();
    await crew.end();
  }
  const facts = await readBoardFacts(arena);
  const parts = {
    ticks: readTickHistory(arena.ticks),
    work: readWorkHistory(arena.workers, facts.runs),
    facts,
    tasksMade: options.tasks + openingTasksTotal,
    leftover: await listLeftover(arena, facts),
    startedByExecutable: options.executable === null ? null : countStarted(arena),
    crew,
  };
  const durationMs = performance.now() - startedAt - orphanMs;
  if (options.lock === "kernel")
    return [
      {
        part: "orphan",
        shows: "a dispatcher outlives the service that started it, and works on",
        measures: orphan,
        findings: [],
        durationMs: orphanMs,
      },
      {
        part: "race",
        shows: "orphan, fresh ones and more: one tick at a time, each task done once",
        measures: [mustBe("overlapping ticks", parts.ticks.overlaps, 0), ...measure(parts)],
        findings: [...parts.ticks.findings, ...findingsOf(parts)],
        durationMs,
      },
    ];
  return [
    {
      part: "control",
      shows: "without the lock ticks do overlap, and the fences hold all the same",
      measures: [
        mustBe(
          "an orphan is among them",
          orphan.every((one) => one.isOk),
          true,
        ),
        mustBeAtLeast("overlapping ticks", parts.ticks.overlaps, 1),
        mustBeAtLeast("starts given up", countGivenUp(facts), 1),
        ...measure(parts),
      ],
      findings: findingsOf(parts),
      durationMs: durationMs + orphanMs,
    },
  ];
}

async function compete(
  crew: Crew,
  { store, options }: { readonly store: BoardStore; readonly options: RaceOptions },
): Promise<void> {
  const { dispatchers, tasks, deadline, random } = options;
  const members = Array.from({ length: dispatchers }, () => crew.start());
  for (const member of members) await crew.here(member);
  await createTasks(store, tasks, random);

  const total = tasks + openingTasksTotal;
  const startedAt = performance.now();
  const calmFrom = startedAt + (deadline - startedAt) * 0.6;
  let isOver = false;
  const how = { random, longStops: options.lock === "kernel" ? 0.1 : 0.4 };
  const disturbance = disturb(crew, how, () => isOver || performance.now() > calmFrom).then(() => {
    // Most of the time is gone: a machine this slow comes to an end with few dispatchers, and undisturbed.
    if (!isOver) crew.sendHome();
  });
  while (!isOver && performance.now() < deadline) {
    await Bun.sleep(40);
    const { byStatus } = await store.getCounts();
    const done = byStatus.done ?? 0;
    options.onProgress(`${options.lock === "kernel" ? "race" : "control"}: ${done} of ${total} tasks`);
    isOver = done === total && (await store.listLiveRuns()).length === 0;
  }
  isOver = true;
  await disturbance;
}

interface Evidence {
  readonly ticks: TickHistory;
  readonly work: WorkHistory;
  readonly facts: BoardFacts;
  readonly tasksMade: number;
  /** null: cannot be told here. */
  readonly leftover: readonly string[] | null;
  /** null: there was no executable. */
  readonly startedByExecutable: number | null;
  readonly crew: Crew;
}

function measure({
  ticks,
  work,
  facts,
  tasksMade,
  leftover,
  startedByExecutable,
  crew,
}: Evidence): Measure[] {
  const lost = tasksMade - facts.taskIds.length + facts.notDone.length;
  return [
    mustBe("tasks with two live workers", countTasks(work.twoAtOnce), 0),
    mustBe("tasks started twice", countTasks(work.startedTwice), 0),
    mustBe("given-up starts that started", work.startedThoughGivenUp.length, 0),
    mustBe("tasks lost", lost, 0),
    mustBe("outcomes not as the worker saw it", work.contradictions.length, 0),
    mustBe("runs still open", facts.liveRuns + facts.runs.filter((run) => run.outcome === null).length, 0),
    leftover === null
      ? told("processes left", "skipped: environments can't be read here")
      : mustBe("processes left", leftover.length, 0),
    mustBe("failed ticks", ticks.errors.length, 0),
    mustBe("integrity_check", facts.integrity, "ok"),
    ...(startedByExecutable === null
      ? []
      : [mustBeAtLeast("workers started by the executable", startedByExecutable, 1)]),
    told("tasks", tasksMade),
    told("workers", work.begun),
    told("runs", facts.runs.length),
    told("runs interrupted", facts.runs.filter((run) => run.outcome === "interrupted").length),
    told("ticks", ticks.ticks),
    told("skips", ticks.skips),
    told("dispatchers killed", crew.kills),
    told("dispatchers stopped", crew.stops),
    told("dispatchers sent home early", crew.sentHome),
  ];
}

function findingsOf({ ticks, work, facts, leftover }: Evidence): string[] {
  return [
    ...work.twoAtOnce,
    ...work.startedThoughGivenUp,
    ...work.startedTwice,
    ...work.contradictions,
    ...facts.notDone,
    ...(leftover ?? []),
    ...ticks.errors,
  ];
}

/** Each finding begins with its task. */
function countTasks(findings: readonly string[]): number {
  return new Set(findings.map((finding) => finding.split(":", 1)[0])).size;
}

function countGivenUp(facts: BoardFacts): number {
  return facts.runs.filter((run) => run.isGivenUp).length;
}

/** One that was killed may have said less than it did. */
function countStarted(arena: Arena): number {
  const documents = arena.reports.read().map((words) => JSON.parse(words.join(" ")));
  return documents.flatMap((document) => document.data?.spawned ?? []).length;
}
