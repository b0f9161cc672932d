import type { LiveRun, ProcessMark } from "../../../board/claim.ts";
import type { StartedRun, StopRequest } from "../../tick.ts";
import { appendEvents, type Scope } from "../database/scope.ts";
import { RowList } from "../rows/row-list.ts";
import { toSeconds } from "../rows/rows.ts";
import { freeRuns } from "./runs.ts";

const stoppingRuns = new RowList("stopping_runs", ["run_id", "reason"]);

/** Runs whose processes are told to end: now, or when their grace is over (`termAtMonotonicMs` null). */
export function markStopping(
  scope: Scope,
  stops: readonly StopRequest[],
  { termAtMonotonicMs, actor }: { readonly termAtMonotonicMs: number | null; readonly actor: string },
): void {
  if (stops.length === 0) return;
  const rows = stops.map(({ run, reason }) => ({ run_id: run.runId, reason }));
  const changed = stoppingRuns.with(scope.db, rows, () =>
    scope.db.all<{ run_id: number }>(
      `UPDATE kanbun_runs AS k SET stop_reason = coalesce(k.stop_reason, s.reason), term_at_monotonic_ms = :termAt
       FROM temp.stopping_runs s
       WHERE k.run_id = s.run_id AND k.gone_at_ms IS NULL AND k.term_at_monotonic_ms IS NULL RETURNING run_id`,
      { termAt: termAtMonotonicMs === null ? null : Math.round(termAtMonotonicMs) },
    ),
  );
  // Seen open, but its verdict may have come since: `stop_requested` after `completed` would tell the story backwards.
  const stillOpen = selectOpen(
    scope,
    changed.map((row) => row.run_id),
  );
  appendEvents(
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
  tellLeftovers(scope, stops, actor);
}

/** Also after the end of the run: a daemon that someone started on purpose must not vanish without a word. */
function tellLeftovers(scope: Scope, stops: readonly StopRequest[], actor: string): void {
  appendEvents(
    scope,
    stops.flatMap(({ run: { taskId, runId }, left = [] }) =>
      left.length === 0
        ? []
        : [{ taskId, runId, kind: "leftovers_ended" as const, actor, payload: { processes: left } }],
    ),
  );
}

function selectOpen(scope: Scope, runIds: readonly number[]): ReadonlySet<number> {
  const rows = scope.db.all<{ id: number }>(
    "SELECT id FROM task_runs WHERE id IN (SELECT value FROM json_each(:runIds)) AND ended_at IS NULL",
    { runIds: JSON.stringify(runIds) },
  );
  return new Set(rows.map((row) => row.id));
}

const renewedRuns = new RowList("renewed_runs", ["run_id", "task_id"]);

export function renewLeases({ db, nowMs }: Scope, runs: readonly LiveRun[], leaseMs: number): void {
  if (runs.length === 0) return;
  const expires = toSeconds(nowMs + leaseMs);
  const rows = runs.map((run) => ({ run_id: run.runId, task_id: run.taskId }));
  renewedRuns.with(db, rows, () => {
    db.run(
      `UPDATE task_runs SET claim_expires = :expires
       WHERE id IN (SELECT run_id FROM temp.renewed_runs) AND ended_at IS NULL`,
      { expires },
    );
    db.run(
      `UPDATE tasks AS t SET claim_expires = :expires FROM temp.renewed_runs r
       WHERE t.id = r.task_id AND t.current_run_id = r.run_id`,
      { expires },
    );
  });
}

/** Ended runs whose processes are gone. If a foreign program took its task away, a run's end is recorded now. */
export function releaseRuns(scope: Scope, runs: readonly LiveRun[]): void {
  if (runs.length === 0) return;
  const runIds = runs.map((run) => run.runId);
  scope.db.run(
    `UPDATE task_runs SET status = 'reclaimed', outcome = 'reclaimed', ended_at = :nowS, claim_lock = NULL,
       claim_expires = NULL, worker_pid = NULL
     WHERE id IN (SELECT value FROM json_each(:runIds)) AND ended_at IS NULL`,
    { runIds: JSON.stringify(runIds), nowS: scope.nowS },
  );
  freeRuns(scope, runIds);
}

export function recordStarted(scope: Scope, started: readonly StartedRun[], actor: string): void {
  recordProcesses(
    scope,
    started.map(({ claim, process, pid, scratchPath }) => ({
      run: { taskId: claim.task.id, runId: claim.runId, token: claim.token },
      process: process ?? { pid, startTime: null },
      scratchPath,
    })),
    actor,
  );
}

const seenRuns = new RowList("seen_runs", [
  ...(["run_id", "task_id", "token", "pid", "start_time", "scratch_path"] as const),
]);

/** Who does a run, and in which scratch folder. A worker that was faster than this is not written over. */
export function recordProcesses(
  scope: Scope,
  records: readonly {
    readonly run: Pick<LiveRun, "taskId" | "runId" | "token">;
    readonly process: Omit<ProcessMark, "startTime"> & { readonly startTime: string | null };
    readonly scratchPath?: string | null;
  }[],
  actor: string,
): void {
  if (records.length === 0) return;
  const { db } = scope;
  const rows = records.map(({ run, process, scratchPath = null }) => ({
    run_id: run.runId,
    task_id: run.taskId,
    token: run.token,
    pid: process.pid,
    start_time: process.startTime,
    scratch_path: scratchPath,
  }));
  const told = seenRuns.with(db, rows, () => {
    // What has another token by now is not the run that was started.
    db.run(
      `DELETE FROM temp.seen_runs AS s
       WHERE NOT EXISTS (SELECT 1 FROM kanbun_runs k WHERE k.run_id = s.run_id AND k.token = s.token)`,
    );
    db.run(
      `UPDATE kanbun_runs AS k SET scratch_path = coalesce(s.scratch_path, k.scratch_path),
         pid = coalesce(k.pid, iif(s.start_time IS NULL, NULL, s.pid)), start_time = coalesce(k.start_time, s.start_time)
       FROM temp.seen_runs s WHERE k.run_id = s.run_id`,
    );
    db.run(
      `UPDATE tasks AS t SET worker_pid = s.pid FROM temp.seen_runs s
       WHERE t.id = s.task_id AND t.current_run_id = s.run_id`,
    );
    // Of the dispatcher that spawned it and one that adopted it meanwhile, the first to say so tells the story.
    return db.all<{ id: number }>(
      `UPDATE task_runs AS r SET worker_pid = s.pid FROM temp.seen_runs s
       WHERE r.id = s.run_id AND r.ended_at IS NULL AND r.worker_pid IS NULL RETURNING id`,
    );
  });
  // A worker that has given its verdict already: `spawned` after `completed` would tell the story backwards.
  const first = new Set(told.map((run) => run.id));
  appendEvents(
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
