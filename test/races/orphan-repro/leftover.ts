import { findProcessesByEnv, type ProcessRef, probeProcess } from "../../../native-shims/index.ts";
import { RunDirectory } from "../../../src/worker/run-directory.ts";
import { runMark } from "../../../src/worker/spawn/environment.ts";
import { eventuallyMsMax } from "../../support/patience.ts";
import type { Arena } from "./arena.ts";
import type { BoardFacts } from "./board-facts.ts";

/**
 * The processes of runs that are left when all runs are over: those that had won a start, or had begun as a worker, and
 * those that stay. Not those that go by themselves: a dispatcher that was stopped before it started a worker does so once it is
 * continued, however late. That shim carries the run's mark, finds its start given up, and ends; where a process takes a second
 * to come up, it is seen.
 * @returns null where it can't be told
 */
export async function listLeftover(arena: Arena, { tokens, runs }: BoardFacts): Promise<string[] | null> {
  const deadline = performance.now() + eventuallyMsMax;
  let found = findProcessesByEnv(runMark, new Set(tokens.keys()));
  // As long as others start processes faster than the table is walked, it tells nothing.
  while (found === null && performance.now() < deadline) {
    await Bun.sleep(100);
    found = findProcessesByEnv(runMark, new Set(tokens.keys()));
  }
  if (found === null) return null;
  const left = [...found].flatMap(([token, refs]) => refs.map((ref) => ({ ref, run: tokens.get(token) })));
  if (left.length === 0) return [];
  const atWork = new Set([...readWinners(arena, runs), ...readWorkers(arena)]);
  const isThere = (ref: ProcessRef) => probeProcess(ref) !== "dead";
  while (left.some(({ ref }) => isThere(ref)) && performance.now() < deadline) await Bun.sleep(20);
  return left.flatMap(({ ref, run }) => {
    const whys = [
      ...(atWork.has(nameOf(ref)) ? ["it was at work"] : []),
      ...(isThere(ref) ? ["it stays"] : []),
    ];
    return whys.length === 0 ? [] : [`pid ${ref.pid} of run ${run}: ${whys.join(", ")}`];
  });
}

/** Shims that were to start their worker. */
function readWinners({ paths }: Arena, runs: BoardFacts["runs"]): string[] {
  return runs.flatMap(({ id }) => {
    const { shim } = new RunDirectory(paths.runs, id, null).readStart();
    return shim === null ? [] : [nameOf(shim)];
  });
}

/** Workers, and what they left behind. */
function readWorkers({ workers }: Arena): string[] {
  return workers.read().map(([, , , pid, startTime = ""]) => nameOf({ pid: Number(pid), startTime }));
}

function nameOf({ pid, startTime }: ProcessRef): string {
  return `${pid} ${startTime}`;
}
