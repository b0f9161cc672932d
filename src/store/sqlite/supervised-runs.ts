import type { LiveRun, ProcessMark } from "../../board/claim.ts";
import type { StartedRun, TickPlan } from "../store.ts";
import { toSeconds } from "./rows.ts";
import { freeRuns } from "./runs.ts";
import { appendEvents, type Scope } from "./scope.ts";

type StopRequest = TickPlan["stops"][number];

/** Runs whose processes are told to end: now, or when their grace is over (`termAtMonotonicMs` null). */
export function markStopping(
  scope: Scope,
  stops: readonly StopRequest[],
  { termAtMonotonicMs, actor }: { readonly termAtMonotonicMs: number | null; readonly actor: string },
): void {
  if (stops.length === 0) return;
  const changed = scope.db.all<{ run_id: number }>(
    `UPDATE kanbun_runs AS k SET stop_reason = coalesce(k.stop_reason, s.value ->> 1), term_at_monotonic_ms = :termAt
     FROM jsonb_each(jsonb(:stops)) s WHERE k.run_id = s.value ->> 0 AND k.gone_at_ms IS NULL AND k.term_at_monotonic_ms IS NULL
     RETURNING run_id`,
    {
      stops: JSON.stringify(stops.map(({ run, reason }) => [run.runId, reason])),
      termAt: termAtMonotonicMs === null ? null : Math.round(termAtMonotonicMs),
    },
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
}

function selectOpen(scope: Scope, runIds: readonly number[]): ReadonlySet<number> {
  const rows = scope.db.all<{ id: number }>(
    "SELECT id FROM task_runs WHERE id IN (SELECT value FROM json_each(:runIds)) AND ended_at IS NULL",
    { runIds: JSON.stringify(runIds) },
  );
  return new Set(rows.map((row) => row.id));
}

export function renewLeases(scope: Scope, runs: readonly LiveRun[], leaseMs: number): void {
  if (runs.length === 0) return;
  const expires = toSeconds(scope.nowMs + leaseMs);
  const rows = JSON.stringify(runs.map((run) => [run.runId, run.taskId]));
  scope.db.run(
    `UPDATE task_runs SET claim_expires = :expires
     WHERE id IN (SELECT value ->> 0 FROM jsonb_each(jsonb(:rows))) AND ended_at IS NULL`,
    { rows, expires },
  );
  scope.db.run(
    `UPDATE tasks AS t SET claim_expires = :expires FROM jsonb_each(jsonb(:rows)) r
     WHERE t.id = r.value ->> 1 AND t.current_run_id = r.value ->> 0`,
    { rows, expires },
  );
}

/** Settled runs whose processes are gone. If a foreign program took its task away, a run's end is recorded now. */
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
  const scratch = started.filter(({ scratchPath }) => scratchPath !== null);
  if (scratch.length > 0)
    scope.db.run(
      `UPDATE kanbun_runs AS k SET scratch_path = s.value ->> 2 FROM jsonb_each(jsonb(:rows)) s
       WHERE k.run_id = s.value ->> 0 AND k.token = s.value ->> 1`,
      {
        rows: JSON.stringify(
          scratch.map(({ claim, scratchPath }) => [claim.runId, claim.token, scratchPath]),
        ),
      },
    );
  recordProcesses(
    scope,
    started.map(({ claim, process, pid }) => ({
      run: { taskId: claim.task.id, runId: claim.runId, token: claim.token },
      process: process ?? { pid, startTime: null },
    })),
    actor,
  );
}

/** Who does a run. A worker that was faster than this is not written over. */
export function recordProcesses(
  scope: Scope,
  records: readonly {
    readonly run: Pick<LiveRun, "taskId" | "runId" | "token">;
    readonly process: Omit<ProcessMark, "startTime"> & { readonly startTime: string | null };
  }[],
  actor: string,
): void {
  if (records.length === 0) return;
  const { db } = scope;
  const rows = JSON.stringify(
    records.map(({ run, process }) => [run.runId, run.taskId, run.token, process.pid, process.startTime]),
  );
  const ours =
    "EXISTS (SELECT 1 FROM kanbun_runs k WHERE k.run_id = p.value ->> 0 AND k.token = p.value ->> 2)";
  db.run(
    `UPDATE kanbun_runs AS k SET pid = p.value ->> 3, start_time = p.value ->> 4 FROM jsonb_each(jsonb(:rows)) p
     WHERE k.run_id = p.value ->> 0 AND k.token = p.value ->> 2 AND k.pid IS NULL AND p.value ->> 4 IS NOT NULL`,
    { rows },
  );
  // Of the dispatcher that spawned it and one that adopted it meanwhile, the first to say so tells the story.
  const first = db.all<{ id: number }>(
    `UPDATE task_runs AS r SET worker_pid = p.value ->> 3 FROM jsonb_each(jsonb(:rows)) p
     WHERE r.id = p.value ->> 0 AND r.ended_at IS NULL AND r.worker_pid IS NULL AND ${ours} RETURNING id`,
    { rows },
  );
  db.run(
    `UPDATE tasks AS t SET worker_pid = p.value ->> 3 FROM jsonb_each(jsonb(:rows)) p
     WHERE t.id = p.value ->> 1 AND t.current_run_id = p.value ->> 0 AND ${ours}`,
    { rows },
  );
  // A worker that has given its verdict already: `spawned` after `completed` would tell the story backwards.
  const told = new Set(first.map((run) => run.id));
  appendEvents(
    scope,
    records
      .filter(({ run }) => told.has(run.runId))
      .map(({ run: { taskId, runId }, process: { pid } }) => ({
        taskId,
        runId,
        kind: "spawned",
        actor,
        payload: { pid },
      })),
  );
}
