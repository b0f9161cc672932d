import type { RunOutcome } from "../../../src/board/run.ts";
import type { RunFacts } from "./board-facts.ts";
import type { Journal } from "./journal.ts";

/** One process of a worker, as it wrote itself down; positions are those of its lines in the journal. */
interface Appearance {
  readonly taskId: string;
  readonly runId: number;
  readonly process: string;
  /** The worker itself, not what it left behind. */
  readonly isMain: boolean;
  readonly beganAt: number;
  /** null: it never said so; it was killed, or it still runs. */
  endedAt: number | null;
  /** null: it has not said, or no one was left to hear it. */
  exitCode: number | null;
}

export interface WorkHistory {
  /** Workers that began. */
  readonly begun: number;
  readonly begunTasks: number;
  readonly twoAtOnce: readonly string[];
  readonly startedTwice: readonly string[];
  readonly startedThoughGivenUp: readonly string[];
  readonly contradictions: readonly string[];
}

/**
 * What the workers wrote down, and where the board says otherwise.
 * @param killed runs of which someone else killed the shim or the worker: what their worker said may not have been heard.
 */
export function readWorkHistory(
  journal: Journal,
  runs: readonly RunFacts[],
  killed: ReadonlySet<number> = new Set(),
): WorkHistory {
  const lines = journal.read();
  const appearances = readAppearances(lines);
  const workers = appearances.filter((one) => one.isMain);
  const facts = new Map(runs.map((run) => [run.id, run]));
  const byTask = Map.groupBy(appearances, (one) => one.taskId);
  return {
    begun: workers.length,
    begunTasks: new Set(workers.map((worker) => worker.taskId)).size,
    twoAtOnce: [...readMeetings(lines), ...[...byTask.values()].flatMap(findOverlaps)],
    startedTwice: [...byTask.values()].flatMap((of) => findSecondStarts(of, facts, killed)),
    startedThoughGivenUp: workers
      .filter((worker) => facts.get(worker.runId)?.isGivenUp)
      .map((worker) => `${worker.taskId}: run ${worker.runId} began though its start had been given up`),
    contradictions: findContradictions(runs, workers, killed),
  };
}

function readAppearances(lines: readonly string[][]): Appearance[] {
  const appearances = new Map<string, Appearance>();
  for (const [position, [verb, taskId = "", run, pid, start, code]] of lines.entries()) {
    const process = `${pid} ${start}`;
    if (verb === "begin" || verb === "linger")
      appearances.set(process, {
        taskId,
        runId: Number(run),
        process,
        isMain: verb === "begin",
        beganAt: position,
        endedAt: null,
        exitCode: null,
      });
    const known = appearances.get(process);
    if (verb !== "end" || known === undefined) continue;
    known.endedAt = position;
    known.exitCode = code === "-" ? null : Number(code);
  }
  return [...appearances.values()];
}

/** What a worker saw itself, of processes that never said their end as well. */
function readMeetings(lines: readonly string[][]): string[] {
  return lines
    .filter(([verb]) => verb === "meets")
    .map(
      ([, task, run, pid, , otherRun, otherPid]) =>
        `${task}: run ${run} (pid ${pid}) began while run ${otherRun} (pid ${otherPid}) was alive`,
    );
}

/** By the order of the lines alone: this needs no /proc. */
function findOverlaps(ofTask: readonly Appearance[]): string[] {
  return ofTask.flatMap((later) =>
    ofTask
      .filter(
        (earlier) =>
          earlier.runId !== later.runId &&
          earlier.beganAt < later.beganAt &&
          earlier.endedAt !== null &&
          earlier.endedAt > later.beganAt,
      )
      .map(
        (earlier) =>
          `${later.taskId}: run ${later.runId} began before run ${earlier.runId} said that it ended`,
      ),
  );
}

const mayBeFollowed: ReadonlySet<string | null | undefined> = new Set(["crashed", "interrupted"]);

/** A worker that began after another of its task which had not failed. */
function findSecondStarts(
  ofTask: readonly Appearance[],
  facts: ReadonlyMap<number, RunFacts>,
  killed: ReadonlySet<number>,
): string[] {
  const workers = ofTask.filter((one) => one.isMain);
  return workers.slice(1).flatMap((later, index) =>
    workers.slice(0, index + 1).flatMap((earlier) => {
      const outcome = facts.get(earlier.runId)?.outcome;
      const mayHaveFailed = earlier.exitCode !== 0 || killed.has(earlier.runId);
      if (earlier.runId !== later.runId && mayHaveFailed && mayBeFollowed.has(outcome)) return [];
      return [
        `${later.taskId}: run ${later.runId} began after run ${earlier.runId}, which ${earlier.exitCode === 0 ? "had done it" : `is ${outcome ?? "open"}`}`,
      ];
    }),
  );
}

/** Where a run's outcome on the board is not what its worker saw. */
function findContradictions(
  runs: readonly RunFacts[],
  workers: readonly Appearance[],
  killed: ReadonlySet<number>,
): string[] {
  const byRun = new Map(workers.map((worker) => [worker.runId, worker]));
  const known = new Set(runs.map((run) => run.id));
  const wrong = runs.flatMap((run) => {
    const worker = byRun.get(run.id);
    if (possibleOutcomes(worker, killed.has(run.id)).some((outcome) => outcome === run.outcome)) return [];
    const said = worker === undefined ? "never began" : `ended with ${worker.exitCode ?? "no word"}`;
    const outcome = [run.outcome ?? "open", run.error].filter(Boolean).join(": ");
    return [`${run.taskId}: run ${run.id} is ${outcome}, but its worker ${said}`];
  });
  const unknown = workers
    .filter((worker) => !known.has(worker.runId))
    .map((worker) => `${worker.taskId}: run ${worker.runId} began, and the board knows nothing of it`);
  return [...wrong, ...unknown];
}

function possibleOutcomes(worker: Appearance | undefined, isKilled: boolean): RunOutcome[] {
  const ifKilled: RunOutcome[] = isKilled ? ["crashed"] : [];
  // A busy machine may refuse to make a process, as Wine does: then none was there, and it is tried again.
  if (worker === undefined) return ["interrupted", "spawn_failed", ...ifKilled];
  return worker.exitCode === 0 ? ["completed", ...ifKilled] : ["crashed"];
}
