import type { LiveRun, ProcessMark } from "../../../board/claim.ts";
import type { StartedRun, StopRequest } from "../../tick.ts";
import type { Connection } from "../connection.ts";
import { RowList } from "../rows/row-list.ts";
import { toSeconds } from "../rows/rows.ts";
import { appendEvents, type Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { freeOwnRuns } from "./runs.ts";

const stoppingRuns = new RowList("stopping_runs", { stopped_id: "INTEGER", reason: "TEXT" });

/** Runs whose processes are told to end: now, or when their grace is over (`termAtMonotonicMs` null). */
export function* markStopping(
  scope: Scope,
  stops: readonly StopRequest[],
  { termAtMonotonicMs, actor }: { readonly termAtMonotonicMs: number | null; readonly actor: string },
): Steps<void> {
  if (stops.length === 0) return;
  const rows = stops.map(({ run, reason }) => ({ stopped_id: run.runId, reason }));
  const changed = yield* stoppingRuns.with(scope.db, rows, () =>
    scope.db.all<{ run_id: number }>(
      `UPDATE kanbun_runs AS k SET stop_reason = coalesce(k.stop_reason, s.reason), term_at_monotonic_ms = :termAt
       FROM temp.stopping_runs s
       WHERE k.run_id = s.stopped_id AND k.gone_at_ms IS NULL AND k.term_at_monotonic_ms IS NULL RETURNING run_id`,
      { termAt: termAtMonotonicMs === null ? null : Math.round(termAtMonotonicMs) },
    ),
  );
  // Seen open, but its verdict may have come since: `stop_requested` after `completed` would tell the story backwards.
  const stillOpen = yield* selectOpen(
    scope,
    changed.map((row) => row.run_id),
  );
  yield* appendEvents(
    scope,
    stops
      .filter(({ run }) => run.isOpen && run.stop === null && stillOpen.has(run.runId))
      .map(({ run: { taskId, runId }, reason }) => ({
        taskId,
        runId,
        kind: "stop_requested",
        actor,
        payload: { reason },
      })),
  );
  yield* tellLeftovers(scope, stops, actor);
}

/** Also after the end of the run: a daemon that someone started on purpose must not vanish without a word. */
function* tellLeftovers(scope: Scope, stops: readonly StopRequest[], actor: string): Steps<void> {
  yield* appendEvents(
    scope,
    stops.flatMap(({ run: { taskId, runId }, left = [] }) =>
      left.length === 0
        ? []
        : [{ taskId, runId, kind: "leftovers_ended" as const, actor, payload: { processes: left } }],
    ),
  );
}

function* selectOpen(scope: Scope, runIds: readonly number[]): Steps<ReadonlySet<number>> {
  const rows = yield* scope.db.all<{ id: number }>(
    "SELECT id FROM task_runs WHERE id IN (SELECT value FROM json_each(:runIds)) AND ended_at IS NULL",
    { runIds: JSON.stringify(runIds) },
  );
  return new Set(rows.map((row) => row.id));
}

const renewedRuns = new RowList("renewed_runs", { run_id: "INTEGER", task_id: "TEXT" });

export function* renewLeases({ db, nowMs }: Scope, runs: readonly LiveRun[], leaseMs: number): Steps<void> {
  if (runs.length === 0) return;
  const expires = toSeconds(nowMs + leaseMs);
  const rows = runs.map((run) => ({ run_id: run.runId, task_id: run.taskId }));
  yield* renewedRuns.with(db, rows, function* () {
    yield* db.send(
      `UPDATE task_runs SET claim_expires = :expires
       WHERE id IN (SELECT run_id FROM temp.renewed_runs) AND ended_at IS NULL`,
      { expires },
    );
    yield* db.send(
      `UPDATE tasks AS t SET claim_expires = :expires FROM temp.renewed_runs r
       WHERE t.id = r.task_id AND t.current_run_id = r.run_id`,
      { expires },
    );
  });
}

/** Ended runs whose processes are gone. If a foreign program took its task away, a run's end is recorded now. */
export function* releaseRuns(scope: Scope, runs: readonly LiveRun[]): Steps<void> {
  if (runs.length === 0) return;
  const runIds = runs.map((run) => run.runId);
  yield* scope.db.send(
    `UPDATE task_runs SET status = 'reclaimed', outcome = 'reclaimed', ended_at = :nowS, claim_lock = NULL,
       claim_expires = NULL, worker_pid = NULL
     WHERE id IN (SELECT value FROM json_each(:runIds)) AND ended_at IS NULL`,
    { runIds: JSON.stringify(runIds), nowS: scope.nowS },
  );
  yield* freeOwnRuns(scope, runIds);
}

export function* recordStarted(scope: Scope, started: readonly StartedRun[], actor: string): Steps<void> {
  yield* recordProcesses(
    scope,
    started.map(({ claim, process, pid, scratchPath }) => ({
      run: { taskId: claim.task.id, runId: claim.runId, token: claim.token },
      process: process ?? { pid, startTime: null },
      scratchPath,
    })),
    actor,
  );
}

const seenRuns = new RowList("seen_runs", {
  ...({ run_id: "INTEGER", task_id: "TEXT" } as const),
  ...({ pid: "INTEGER", start_time: "TEXT", scratch_path: "TEXT" } as const),
});

/** Who does a run, and in which scratch folder. A worker that was faster than this is not written over. */
export function* recordProcesses(
  scope: Scope,
  records: readonly {
    readonly run: Pick<LiveRun, "taskId" | "runId" | "token">;
    readonly process: Omit<ProcessMark, "startTime"> & { readonly startTime: string | null };
    readonly scratchPath?: string | null;
  }[],
  actor: string,
): Steps<void> {
  if (records.length === 0) return;
  const { db } = scope;
  const tokens = yield* readTokens(
    db,
    records.map(({ run }) => run.runId),
  );
  // What has another token by now is not the run that was started.
  const rows = records
    .filter(({ run }) => tokens.get(run.runId) === run.token)
    .map(({ run, process, scratchPath = null }) => ({
      run_id: run.runId,
      task_id: run.taskId,
      pid: process.pid,
      start_time: process.startTime,
      scratch_path: scratchPath,
    }));
  const told = yield* seenRuns.with(db, rows, function* () {
    yield* db.send(
      `UPDATE kanbun_runs AS k SET scratch_path = coalesce(s.scratch_path, k.scratch_path),
         pid = coalesce(k.pid, CASE WHEN s.start_time IS NOT NULL THEN s.pid END), start_time = coalesce(k.start_time, s.start_time)
       FROM temp.seen_runs s WHERE k.run_id = s.run_id`,
    );
    yield* db.send(
      `UPDATE tasks AS t SET worker_pid = s.pid FROM temp.seen_runs s
       WHERE t.id = s.task_id AND t.current_run_id = s.run_id`,
    );
    // Of the dispatcher that spawned it and one that adopted it meanwhile, the first to say so tells the story.
    return yield* db.all<{ id: number }>(
      `UPDATE task_runs AS r SET worker_pid = s.pid FROM temp.seen_runs s
       WHERE r.id = s.run_id AND r.ended_at IS NULL AND r.worker_pid IS NULL RETURNING id`,
    );
  });
  // A worker that has given its verdict already: `spawned` after `completed` would tell the story backwards.
  const first = new Set(told.map((run) => run.id));
  yield* appendEvents(
    scope,
    records
      .filter(({ run }) => first.has(run.runId))
      .map(({ run: { taskId, runId }, process: { pid } }) => ({
        taskId,
        runId,
        kind: "spawned",
        actor,
        payload: { pid },
      })),
  );
}

function* readTokens(db: Connection, runIds: readonly number[]): Steps<ReadonlyMap<number, string>> {
  const rows = yield* db.all<{ run_id: number; token: string }>(
    "SELECT run_id, token FROM kanbun_runs WHERE run_id IN (SELECT value FROM json_each(:runIds))",
    { runIds: JSON.stringify(runIds) },
  );
  return new Map(rows.map((row) => [row.run_id, row.token]));
}
