import type { LiveRun, StopReason } from "../../../board/claim.ts";
import { homeOfHost } from "../../../board/host.ts";
import type { RunOutcome } from "../../../board/run.ts";
import type { WorkerCount } from "../../../board/slots.ts";
import type { TaskStatus } from "../../../board/task.ts";
import type { Connection } from "../connection.ts";
import { toMs, toWhole } from "../rows/odd-values.ts";
import { parseRetry } from "../rows/retry-column.ts";
import { type Steps, together } from "../steps.ts";

/** SQL: all runs of ours whose processes may still be there, as a table. Those of one task are found by its id instead. */
export const liveRuns = "(SELECT * FROM kanbun_runs WHERE gone_at_ms IS NULL)";

interface LiveRow {
  readonly run_id: number;
  readonly task_id: string;
  readonly holder: "worker" | "person" | "foreign";
  readonly token: string;
  readonly profile: string | null;
  readonly host: string;
  readonly boot_id: string;
  readonly pid: number | null;
  readonly start_time: string | null;
  readonly dispatcher_pid: number | null;
  readonly dispatcher_start: string | null;
  readonly claimed_at_ms: number;
  readonly claimed_at_monotonic_ms: number;
  readonly grace_ms: number;
  readonly stop_reason: StopReason | null;
  readonly term_at_monotonic_ms: number | null;
  readonly last_heartbeat_at_monotonic_ms: number | null;
  readonly ended_at_monotonic_ms: number | null;
  readonly is_open: number;
  readonly claim_expires: number | null;
  readonly max_runtime_seconds: number | null;
  readonly last_heartbeat_at: number | null;
  readonly ended_at: number | null;
  readonly outcome: RunOutcome | null;
  readonly task_status: TaskStatus | null;
  readonly retry: string | null;
}

// A run is open while it has no end *and* its task still points at it: programs that know nothing of our tables
// end a run by writing either.
const ownRuns = (runs: string) => `
  SELECT k.run_id, k.task_id, k.holder, k.token, k.profile, k.host, k.boot_id, k.pid, k.start_time,
    k.dispatcher_pid, k.dispatcher_start, k.claimed_at_ms, k.claimed_at_monotonic_ms, k.grace_ms,
    k.stop_reason, k.term_at_monotonic_ms, k.last_heartbeat_at_monotonic_ms, k.ended_at_monotonic_ms,
    (r.id IS NOT NULL AND r.ended_at IS NULL AND t.current_run_id IS NOT DISTINCT FROM k.run_id AND t.status = 'running') AS is_open,
    r.claim_expires, r.max_runtime_seconds, r.last_heartbeat_at, r.ended_at, r.outcome, t.status AS task_status, k.retry
  FROM ${runs} k
  LEFT JOIN task_runs r ON r.id = k.run_id
  LEFT JOIN tasks t ON t.id = k.task_id`;

/** SQL: of a task `t` we have no run whose processes may still be there. */
export const hasNoRun =
  "NOT EXISTS (SELECT 1 FROM kanbun_runs k WHERE k.task_id = t.id AND k.gone_at_ms IS NULL)";

/** SQL: another program has claimed the task `t`, which none does on a server's board. */
export const isForeign = `t.status = 'running' AND ${hasNoRun}`;

const foreignRuns = `
  SELECT coalesce(t.current_run_id, 0) AS run_id, t.id AS task_id, 'foreign' AS holder,
    coalesce(t.claim_lock, '') AS token, t.assignee AS profile,
    CASE WHEN instr(coalesce(t.claim_lock, ''), ':') > 0
      THEN substr(t.claim_lock, 1, instr(t.claim_lock, ':') - 1) ELSE '' END AS host,
    '' AS boot_id, t.worker_pid AS pid, '' AS start_time, NULL AS dispatcher_pid, NULL AS dispatcher_start,
    coalesce(r.started_at, t.started_at, t.created_at) * 1000 AS claimed_at_ms, 0 AS claimed_at_monotonic_ms,
    0 AS grace_ms, NULL AS stop_reason, NULL AS term_at_monotonic_ms,
    NULL AS last_heartbeat_at_monotonic_ms, NULL AS ended_at_monotonic_ms, true AS is_open,
    t.claim_expires, t.max_runtime_seconds, t.last_heartbeat_at, NULL AS ended_at, NULL AS outcome,
    t.status AS task_status, NULL AS retry
  FROM tasks t LEFT JOIN task_runs r ON r.id = t.current_run_id
  WHERE ${isForeign}`;

const selectAll = `${ownRuns(liveRuns)} UNION ALL ${foreignRuns}`;

// Apart from those that are of no home: the few of this one are to be looked up, not all tasks to be read for them.
const selectOfHome = `${ownRuns(liveRuns)} WHERE k.holder = 'worker' AND substr(k.host, 1, 13) = :home
  UNION ALL ${ownRuns(liveRuns)} WHERE k.holder <> 'worker' OR substr(k.host, 13, 1) <> '+' UNION ALL ${foreignRuns}`;
const countWorkers = (which: string) =>
  `SELECT k.host, k.profile, count(*) AS count FROM ${liveRuns} k
   WHERE k.holder = 'worker'${which} GROUP BY k.host, k.profile`;
const countAll = countWorkers("");
const countOfOthers = countWorkers(" AND substr(k.host, 13, 1) = '+' AND substr(k.host, 1, 13) <> :home");
const selectOwn = `${ownRuns("kanbun_runs")} WHERE k.gone_at_ms IS NULL AND k.task_id = :taskId`;
const selectForeign = `${foreignRuns} AND t.id = :taskId`;

/** Every run whose processes may still be there: ours until they are known to be gone, and foreign claims. */
export function* listLiveRuns(db: Connection): Steps<LiveRun[]> {
  return (yield* db.all<LiveRow>(selectAll)).map(toLiveRun);
}

/** The same, but workers of other homes than that of `host` are only counted: what becomes of them no one else can see. */
export function* listLiveRunsOf(
  db: Connection,
  host: { readonly host: string },
): Steps<{ readonly live: LiveRun[]; readonly others: readonly WorkerCount[] }> {
  const id = homeOfHost(host);
  if (id === "") return { live: yield* listLiveRuns(db), others: [] };
  const home = `${id}+`;
  const [rows, others] = yield* together(
    () => db.all<LiveRow>(selectOfHome, { home }),
    () => db.all<WorkerCount>(countOfOthers, { home }),
  );
  return { live: rows.map(toLiveRun), others };
}

/** What takes slots: workers of ours by host and profile, and whole the claims of other programs. */
export function* countLiveRuns(
  db: Connection,
): Steps<{ readonly foreign: LiveRun[]; readonly workers: readonly WorkerCount[] }> {
  const [foreign, workers] = yield* together(
    () => db.all<LiveRow>(foreignRuns),
    () => db.all<WorkerCount>(countAll),
  );
  return { foreign: foreign.map(toLiveRun), workers };
}

export function* getLiveRun(db: Connection, taskId: string): Steps<LiveRun | null> {
  const row =
    (yield* db.get<LiveRow>(selectOwn, { taskId })) ?? (yield* db.get<LiveRow>(selectForeign, { taskId }));
  return row ? toLiveRun(row) : null;
}

function toLiveRun(row: LiveRow): LiveRun {
  const pid = toWhole(row.pid, 1);
  return {
    runId: row.run_id,
    taskId: row.task_id,
    holder: row.holder,
    token: row.token,
    profile: row.profile,
    host: row.host,
    bootId: row.boot_id,
    process: pid === null ? null : { pid, startTime: row.start_time ?? "" },
    dispatcher:
      row.dispatcher_pid === null ? null : { pid: row.dispatcher_pid, startTime: row.dispatcher_start ?? "" },
    claimedAtMs: row.claimed_at_ms,
    claimedAtMonotonicMs: row.claimed_at_monotonic_ms,
    claimExpiresAtMs: toMs(row.claim_expires),
    lastHeartbeatAtMs: toMs(row.last_heartbeat_at),
    lastHeartbeatAtMonotonicMs: row.last_heartbeat_at_monotonic_ms,
    endedAtMonotonicMs: row.ended_at_monotonic_ms,
    maxRuntimeMs: toMs(row.max_runtime_seconds),
    graceMs: row.grace_ms,
    isOpen: row.is_open === 1,
    endedAtMs: toMs(row.ended_at),
    outcome: row.outcome,
    taskStatus: row.task_status,
    stop:
      row.stop_reason === null
        ? null
        : { reason: row.stop_reason, termAtMonotonicMs: row.term_at_monotonic_ms },
    retry: parseRetry(row.retry),
  };
}
