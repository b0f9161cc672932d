import type { BoardEvent } from "../../../src/board/event.ts";
import type { RunOutcome } from "../../../src/board/run.ts";
import type { RunFacts } from "../orphan-repro/board-facts.ts";

const endKinds: ReadonlySet<string> = new Set<RunOutcome>([
  "completed",
  "blocked",
  "scheduled",
  "crashed",
  "rate_limited",
  "timed_out",
  "stale",
  "spawn_failed",
  "reclaimed",
  "cancelled",
  "interrupted",
]);

/** Where a board's history is not: claimed, perhaps spawned, ended as the run ended, and only then the next run. */
export function findDisorder(events: readonly BoardEvent[], runs: readonly RunFacts[]): string[] {
  const byRun = Map.groupBy(
    events.filter((event) => event.runId !== null),
    (event) => event.runId,
  );
  const ofRuns = runs.flatMap((run) => {
    const story = (byRun.get(run.id) ?? []).filter(({ kind }) => isMilestone(kind)).map(({ kind }) => kind);
    const told = story.filter((kind) => kind !== "spawned").join(" ");
    const isInOrder = told === `claimed ${run.outcome}`;
    const spawns = story.filter((kind) => kind === "spawned").length;
    const isSpawnInside = spawns === 0 || (spawns === 1 && story[1] === "spawned");
    if (isInOrder && isSpawnInside) return [];
    return [`${run.taskId}: run ${run.id} ended ${run.outcome}, and its history is ${story.join(", ")}`];
  });
  const byTask = Map.groupBy(events, (event) => event.taskId);
  return [...ofRuns, ...[...byTask].flatMap(([taskId, of]) => findTaskDisorder(taskId, of))];
}

function isMilestone(kind: string): boolean {
  return kind === "claimed" || kind === "spawned" || endKinds.has(kind);
}

function findTaskDisorder(taskId: string, events: readonly BoardEvent[]): string[] {
  const wrong: string[] = [];
  const completed = events.filter((event) => event.kind === "completed").length;
  if (completed !== 1) wrong.push(`${taskId}: ${completed} completed events`);
  let open: number | null = null;
  for (const { kind, runId } of events) {
    if (kind === "claimed") {
      if (open !== null) wrong.push(`${taskId}: run ${runId} was claimed while run ${open} was open`);
      open = runId;
    } else if (endKinds.has(kind) && runId === open) open = null;
  }
  return wrong;
}
