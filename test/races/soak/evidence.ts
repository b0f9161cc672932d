import { findProcessesByEnv } from "../../../native-shims/index.ts";
import { runMark } from "../../../src/worker/spawn/environment.ts";
import { eventuallyMsMax } from "../../support/patience.ts";
import type { Arena } from "../orphan-repro/arena.ts";
import { type BoardFacts, readBoardFacts } from "../orphan-repro/board-facts.ts";
import type { Crew } from "../orphan-repro/crew.ts";
import type { Journal } from "../orphan-repro/journal.ts";
import { readTickHistory } from "../orphan-repro/tick-history.ts";
import { readWorkHistory } from "../orphan-repro/work-history.ts";
import { readAcknowledged } from "./acknowledged.ts";
import type { Client } from "./client.ts";
import { findDisorder } from "./event-order.ts";
import type { Findings } from "./findings.ts";
import type { Hits } from "./hits.ts";
import { findMarked } from "./run-processes.ts";
import { Tally } from "./tally.ts";
import { findUnexplained } from "./unexplained.ts";

export interface Evidence {
  readonly tally: Tally;
  readonly findings: Findings;
}

export interface Scene {
  readonly arena: Arena;
  readonly lock: "kernel" | "none";
  readonly crew: Crew;
  readonly client: Client;
  readonly hits: Hits;
  readonly acknowledged: Journal;
  /** Before the race; what the clients made comes on top. */
  readonly tasksMade: number;
  /** What was broken on the board beside it, and what that did to the resident of both. */
  readonly faults: number;
  readonly broughtDown: readonly string[];
}

/** Looks at a board that has come to rest from three sides: the board, the workers' own records, the process table. */
export async function gatherEvidence(scene: Scene): Promise<Evidence> {
  const { arena, lock, hits } = scene;
  const facts = await readBoardFacts(arena);
  const left = await listLeftover(arena, [...facts.tokens.keys()]);
  const ticks = readTickHistory(arena.ticks);
  const killed = hits.listKilledRuns();
  const work = readWorkHistory(arena.workers, facts.runs, killed);
  await using store = await arena.open("read");
  const tasks = await store.listTasks({});
  const acknowledged = await readAcknowledged(scene.acknowledged, store);
  const missing = scene.tasksMade + acknowledged.taskIds.length - tasks.length;
  const open = facts.runs.filter((run) => run.outcome === null);
  const live = await store.listLiveRuns();
  const held = tasks.filter((task) => task.currentRunId !== null);
  return {
    tally: count(scene, facts, { ticks, acknowledged: acknowledged.writes, begun: work.begun }),
    findings: {
      tasks_with_two_live_workers: onePerTask(work.twoAtOnce),
      workers_of_given_up_starts: work.startedThoughGivenUp,
      tasks_done_twice: work.startedTwice,
      outcomes_not_as_seen: work.contradictions,
      workers_ended_without_cause: findUnexplained(arena.workers, {
        killed,
        kinds: new Map(tasks.map((task) => [task.id, task.title])),
      }),
      acknowledged_writes_lost: [
        ...acknowledged.lost,
        ...(missing > 0 ? [`${missing} tasks that had been made are not there`] : []),
      ],
      processes_left: left,
      runs_still_open: [
        ...open.map((run) => `${run.taskId}: run ${run.id} has no outcome`),
        ...live.map((run) => `${run.taskId}: run ${run.runId} counts as live`),
        ...held.map((task) => `${task.id}: current_run_id is ${task.currentRunId}`),
      ],
      tasks_not_done: facts.notDone,
      events_out_of_order: findDisorder(await store.listEvents({}), facts.runs),
      ticks_failed: ticks.errors,
      ticks_overlapping_under_the_lock: lock === "kernel" ? ticks.findings : [],
      brought_down_by_another_board: scene.broughtDown,
      integrity: facts.integrity === "ok" ? [] : [facts.integrity],
    },
  };
}

function count(
  { crew, client, hits, faults }: Scene,
  facts: BoardFacts,
  seen: {
    readonly ticks: ReturnType<typeof readTickHistory>;
    readonly acknowledged: number;
    readonly begun: number;
  },
): Tally {
  const tally = new Tally();
  for (const [deed, group] of [
    ["kill", "kills"],
    ["stop", "stops"],
  ] as const) {
    tally.add(`${group}.dispatchers`, group === "kills" ? crew.kills : crew.stops);
    tally.add(`${group}.shims`, hits.count(deed, "shim"));
    tally.add(`${group}.workers`, hits.count(deed, "worker"));
    tally.add(`${group}.offspring`, hits.count(deed, "offspring"));
    tally.add(`${group}.clients`, group === "kills" ? client.kills : client.stops);
  }
  tally.add("faults_beside_it", faults);
  tally.add("ticks", seen.ticks.ticks);
  tally.add("skips", seen.ticks.skips);
  tally.add("ticks_overlapping", seen.ticks.overlaps);
  tally.add("tasks_finished", facts.taskIds.length - facts.notDone.length);
  tally.add("workers_begun", seen.begun);
  tally.add("starts_given_up", facts.runs.filter((run) => run.isGivenUp).length);
  for (const outcome of ["completed", "crashed", "interrupted"] as const) tally.add(`runs.${outcome}`, 0);
  for (const run of facts.runs) tally.add(`runs.${run.outcome ?? "open"}`, 1);
  tally.add("writes_acknowledged", seen.acknowledged);
  return tally;
}

/** A shim that was given up on while it stood still has just been continued: it leaves by itself, in its own time. */
async function listLeftover(arena: Arena, tokens: readonly string[]): Promise<string[]> {
  const deadline = performance.now() + eventuallyMsMax;
  for (;;) {
    const marked = findProcessesByEnv(runMark, new Set(tokens));
    const left = [...findMarked(arena.home), ...[...(marked?.values() ?? [])].flat()].map(
      ({ pid }) => `pid ${pid}`,
    );
    if (marked === null) left.push("unknown: processes are started faster than they are listed");
    if (left.length === 0 || performance.now() > deadline) return [...new Set(left)];
    await Bun.sleep(20);
  }
}

/** Each finding begins with its task; several of one task are one. */
function onePerTask(findings: readonly string[]): string[] {
  return [...Map.groupBy(findings, (finding) => finding.split(":", 1)[0]).values()].flatMap(
    ([first, ...more]) =>
      first === undefined ? [] : [more.length > 0 ? `${first} (and ${more.length} more)` : first],
  );
}
