import { formatClaimLock } from "../../board/claim.ts";
import { reviewStep } from "../../board/run.ts";
import type { Task } from "../../board/task.ts";
import type { Claim, ClaimHost } from "../store.ts";
import type { Connection } from "./connection.ts";
import { toSeconds } from "./rows.ts";
import { appendEvents, type Scope } from "./scope.ts";

/** A task that is to be claimed, as it was when somebody looked. */
export interface RunOpening {
  readonly task: Task;
  readonly profile: string;
  readonly graceMs: number;
  readonly maxRuntimeMs: number | null;
}

/** What the claims of one transaction have in common. */
export interface Claimer {
  readonly holder: "worker" | "person";
  readonly host: ClaimHost;
  readonly monotonicMs: number;
  readonly leaseMs: number;
  readonly actor: string;
}

/**
 * Claims tasks: opens a run for each and mints its token. A task that is not ready any more, or an earlier worker of
 * which is not gone, is left out.
 */
export function openRuns(scope: Scope, openings: readonly RunOpening[], claimer: Claimer): Claim[] {
  if (openings.length === 0) return [];
  const { db, nowS, nowMs } = scope;
  const { host } = claimer;
  const expires = toSeconds(nowMs + claimer.leaseMs);
  const firstId = getLastRunId(db) + 1;
  const wanted = openings.map(({ task, profile }, index) => {
    const token = crypto.randomUUID().replaceAll("-", "");
    return {
      task,
      profile,
      isReview: task.status === "review",
      runId: firstId + index,
      token,
      claimLock: formatClaimLock(host.hostname, token),
      claimExpiresAtMs: expires * 1000,
    };
  });
  const won = takeTasks(scope, wanted, expires);
  const claims = wanted.filter(({ task }) => won.has(task.id));
  if (claims.length === 0) return [];
  endStrayRuns(scope, won);

  const limits = new Map(openings.map((opening) => [opening.task.id, opening]));
  const rows = JSON.stringify(
    claims.map(({ task, profile, isReview, runId, token, claimLock }) => [
      task.id,
      runId,
      claimLock,
      token,
      profile,
      isReview ? reviewStep : null,
      toSeconds(limits.get(task.id)?.maxRuntimeMs ?? null),
      limits.get(task.id)?.graceMs ?? 0,
    ]),
  );
  db.run(
    `INSERT INTO task_runs (id, task_id, profile, step_key, status, claim_lock, claim_expires, max_runtime_seconds, started_at)
     SELECT c.value ->> 1, c.value ->> 0, c.value ->> 4, c.value ->> 5, 'running', c.value ->> 2, :expires, c.value ->> 6, :nowS
     FROM jsonb_each(jsonb(:rows)) c`,
    { rows, expires, nowS },
  );
  // Its unique index refuses a second live run of a task, whatever is believed here.
  db.run(
    `INSERT INTO kanbun_runs (run_id, task_id, holder, token, profile, host, boot_id, dispatcher_pid,
       dispatcher_start, claimed_at_ms, claimed_at_monotonic_ms, grace_ms)
     SELECT c.value ->> 1, c.value ->> 0, :holder, c.value ->> 3, c.value ->> 4, :host, :bootId, :dispatcherPid,
       :dispatcherStart, :nowMs, :monotonicMs, c.value ->> 7
     FROM jsonb_each(jsonb(:rows)) c`,
    {
      rows,
      holder: claimer.holder,
      host: host.host,
      bootId: host.bootId,
      dispatcherPid: host.dispatcher?.pid ?? null,
      dispatcherStart: host.dispatcher?.startTime ?? null,
      nowMs,
      monotonicMs: Math.round(claimer.monotonicMs),
    },
  );
  appendEvents(
    scope,
    claims.map(({ task, runId, claimLock }) => ({
      taskId: task.id,
      runId,
      kind: "claimed",
      actor: claimer.actor,
      payload: { lock: claimLock, expires, run_id: runId },
    })),
  );
  return claims;
}

/** The compare-and-set of the claim; returns the tasks that were won. */
function takeTasks(scope: Scope, claims: readonly Claim[], expires: number | null): ReadonlySet<string> {
  const won = scope.db.all<{ id: string }>(
    `UPDATE tasks AS t SET status = 'running', claim_lock = c.value ->> 2, claim_expires = :expires, worker_pid = NULL,
       last_heartbeat_at = NULL, started_at = coalesce(t.started_at, :nowS), current_run_id = c.value ->> 1
     FROM jsonb_each(jsonb(:rows)) c
     WHERE t.id = c.value ->> 0 AND +t.status = c.value ->> 3
       AND NOT EXISTS (SELECT 1 FROM kanbun_runs k WHERE k.task_id = t.id AND k.gone_at_ms IS NULL)
     RETURNING id`,
    {
      expires,
      nowS: scope.nowS,
      rows: JSON.stringify(
        claims.map(({ task, runId, claimLock, isReview }) => [
          task.id,
          runId,
          claimLock,
          isReview ? "review" : "ready",
        ]),
      ),
    },
  );
  return new Set(won.map((task) => task.id));
}

/** A run that some program left open without a claim is over: a task has one open run at most. */
function endStrayRuns({ db, nowS }: Scope, taskIds: ReadonlySet<string>): void {
  db.run(
    `UPDATE task_runs SET status = 'reclaimed', outcome = 'reclaimed', ended_at = :nowS, claim_lock = NULL,
       claim_expires = NULL, worker_pid = NULL
     WHERE task_id IN (SELECT value FROM json_each(:taskIds)) AND ended_at IS NULL`,
    { nowS, taskIds: JSON.stringify([...taskIds]) },
  );
}

/** Of all runs that there ever were on this board. */
function getLastRunId(db: Connection): number {
  const row = db.get<{ id: number }>(
    `SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'task_runs'), 0),
       coalesce((SELECT max(id) FROM task_runs), 0)) AS id`,
  );
  return row?.id ?? 0;
}
